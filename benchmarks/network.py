"""Group `network`: the diagnosis of many accounts' contact networks, against the same written by hand and scipy alone.

Goal: matching and diagnosis of 1,000 accounts with 50 people each cost at most 3 times the floor.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from benchmarks.measure import Figure, interleaved
from openkam.method.document import read
from openkam.method.network import FUNCTIONS, LEVELS, Document, matching, measures
from openkam.method.stage import departures, evaluate

Work = Callable[[], object]
SIDE = 25  # people on either side
EDGES = 60  # of each account, of which about half are active
HUB = (0, 0)
SMALL = 100  # accounts of which everybody's departure is tried


@cache
def accounts(count: int) -> list[Document]:
    rng = np.random.default_rng(20261125)
    return [read(Document, _account(rng)) for _ in range(count)]


def _account(rng: np.random.Generator) -> dict[str, Any]:
    places = {divmod(at, SIDE) for at in rng.choice(SIDE * SIDE, EDGES, replace=False).tolist()} | {HUB}
    times, days = rng.integers(1, 30, len(places)).tolist(), rng.integers(0, 300, len(places)).tolist()
    return {
        "ours": _people(rng, "u"),
        "theirs": _people(rng, "c"),
        "edges": [
            {"ours": f"u{us}", "theirs": f"c{them}", "n12": n12, "days_since": since}
            for (us, them), n12, since in zip(sorted(places), times, days, strict=True)
        ],
        "account_managers": ["u0"],
        "main_contacts": ["c0"],
        "trades": True,
    }


def _people(rng: np.random.Generator, side: str) -> list[dict[str, str]]:
    functions, levels = (rng.choice(list(codes), SIDE).tolist() for codes in (FUNCTIONS, LEVELS))
    return [
        {"id": f"{side}{at}", "function": function, "level": level}
        for at, (function, level) in enumerate(zip(functions, levels, strict=True))
    ]


def _active_pairs(count: str) -> list[list[tuple[str, str]]]:
    return [[(edge.ours, edge.theirs) for edge in measures(account).edges] for account in accounts(int(count))]


def _graphs(count: str) -> list[csr_array]:
    return [_graph([(int(us[1:]), int(them[1:])) for us, them in pairs]) for pairs in _active_pairs(count)]


def _graph(places: list[tuple[int, int]]) -> csr_array:
    rows, columns = zip(*places, strict=True)
    return csr_array((np.ones(len(places), dtype=np.int8), (rows, columns)), shape=(SIDE, SIDE))


def diagnosis(count: str) -> Work:
    given = accounts(int(count))
    return lambda: [evaluate(account).stage for account in given]


def diagnosis_by_hand(count: str) -> Work:
    """Stage and metrics only: no gates, no progress, no notices, no names, nothing checked or typed."""
    given = [_plain(account) for account in accounts(int(count))]
    return lambda: [_stage_by_hand(people, edges) for people, edges in given]


def matched(count: str) -> Work:
    given = _active_pairs(count)
    return lambda: [matching(pairs)[0] for pairs in given]


def matched_by_hand(count: str) -> Work:
    given = _active_pairs(count)
    return lambda: [_threads(pairs) for pairs in given]


def matched_by_scipy(count: str) -> Work:
    """Of graphs that stand in arrays already; the number alone, not the people."""
    graphs = _graphs(count)
    return lambda: [int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum()) for graph in graphs]


def reading(count: str) -> Work:
    """From JSON text to a checked document and its diagnosis."""
    texts = [account.model_dump_json() for account in accounts(int(count))]
    return lambda: [evaluate(read(Document, text)).stage for text in texts]


def leaving(count: str) -> Work:
    given = accounts(int(count))
    return lambda: [departures(account) for account in given]


def leaving_by_hand(count: str) -> Work:
    """A diagnosis by hand for each person, nothing sorted."""
    given = [_plain(account) for account in accounts(int(count))]

    def work() -> object:
        return [
            _stage_by_hand(people, [edge for edge in edges if name not in edge[:2]])
            for people, edges in given
            for name in people
        ]

    return work


Plain = tuple[dict[str, tuple[str | None, int]], list[tuple[str, str, int, int]]]


def _plain(account: Document) -> Plain:
    people = {
        person.id: (FUNCTIONS[person.function or "other"], LEVELS[person.level or "clerk"])
        for person in (*account.ours, *account.theirs)
    }
    return people, [(edge.ours, edge.theirs, edge.n12, edge.days_since or 0) for edge in account.edges]


def _stage_by_hand(people: dict[str, tuple[str | None, int]], edges: list[tuple[str, str, int, int]]) -> int:
    total, direct, pairs, functions, levels, board = 0, 0, [], set(), set(), False
    for ours, theirs, n12, days in edges:
        (group, level), (other_group, other_level) = people[ours], people[theirs]
        top = group == other_group == "brd" or level == other_level == 5
        if days > 180 or n12 < (2 if top else 4):
            continue
        weight = min(n12, 24)
        total += weight
        pairs.append((ours, theirs))
        if ours != "u0" and theirs != "c0":
            direct, board = direct + weight, board or top
            if group == other_group and group not in (None, "brd"):
                functions.add(group)
            if abs(level - other_level) <= 1:
                levels.add(other_level)
    nu, share = _threads(pairs), direct / total if total else 0
    if nu < 3 or share < 0.2 or max(len(functions), len(levels)) < 2:
        return 2 if pairs else 1
    return 4 if nu >= 5 and share >= 0.5 and len(functions) >= 4 and board else 3


def _threads(pairs: list[tuple[str, str]]) -> int:
    """Augmenting paths, one row after the other."""
    met: dict[str, list[str]] = {}
    for ours, theirs in pairs:
        met.setdefault(ours, []).append(theirs)
    partner: dict[str, str] = {}

    def found(ours: str, tried: set[str]) -> bool:
        for theirs in met[ours]:
            if theirs not in tried:
                tried.add(theirs)
                if theirs not in partner or found(partner[theirs], tried):
                    partner[theirs] = ours
                    return True
        return False

    return sum(found(ours, set()) for ours in met)


FLOOR = ("scipy on arrays, matching alone (floor)", "matched_by_scipy")
QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Matching, and who cuts all contact", "1000 4000",
     (("OpenKAM", "matched"), ("Python by hand, the number alone", "matched_by_hand"), FLOOR)),
    ("Diagnosis: matching, metrics, gates, stage, progress, notices", "1000 4000",
     (("OpenKAM", "diagnosis"), ("Python by hand, the stage alone", "diagnosis_by_hand"), FLOOR)),
    ("Documents read from JSON, checked and diagnosed", "1000", (("OpenKAM", "reading"),)),
    ("If this person leaves: everybody of every account", str(SMALL),
     (("OpenKAM", "leaving"), ("Python by hand, the stage alone", "leaving_by_hand"))),
)  # fmt: skip


def run(scales: set[str], runs: int) -> list[tuple[str, str, list[Figure]]]:
    """(question, accounts, figures) for each question at each of its sizes that was asked for."""
    return [
        (title, scale, interleaved([(name, f"benchmarks.network:{function}") for name, function in peers], scale, runs))
        for title, its_scales, peers in QUESTIONS
        for scale in its_scales.split()
        if scale in scales
    ]
