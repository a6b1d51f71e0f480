"""Who talks to whom across the border of two firms, counted: the contact network of one account on one day.

Sources: the drawings of the deck (who is in contact with whom, stage by stage); Konig's theorem (the largest set of
pairs without a common person equals the fewest people who touch every contact). Thresholds are our own default.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from openkam.method.document import Name, Notice, Strict
from openkam.method.errors import InvalidInput

#: Function -> group of counterparts; None where the deck draws no counterpart.
FUNCTIONS: dict[str, str | None] = {
    "board": "brd",
    "sales": "com",
    "marketing": "com",
    "purchasing": "com",
    "rd": "rd",
    "npd": "rd",
    "operations": "ops",
    "outbound_logistics": "log",
    "inbound_logistics": "log",
    "logistics": "log",
    "administration": "adm",
    "finance": "adm",
    "she": "she",
    "market_research": "mkr",
    "quality": None,
    "it": None,
    "hr": None,
    "other": None,
}
LEVELS = {"director": 5, "manager": 4, "specialist": 3, "clerk": 2, "operator": 1}
GROUPS = ("com", "rd", "ops", "log", "adm", "she", "mkr", "brd")
RELEVANT = ("rd", "adm", "ops", "log")
#: The longest that twelve months can be, in days.
YEAR = 366

Lamp = Literal["red", "amber", "green"]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


def _function(code: str) -> str:
    if code not in FUNCTIONS:
        raise InvalidInput("function", function=code)
    return code


def _level(code: str) -> str:
    if code not in LEVELS:
        raise InvalidInput("level_of_person", level=code)
    return code


def _group(code: str) -> str:
    if code not in GROUPS or code == "brd":
        raise InvalidInput("group_of_functions", group=code)
    return code


class Person(Strict):
    """Somebody on either side. None is "not known": such a person counts for nu and D, not for functions or levels."""

    id: Name
    function: Annotated[str, AfterValidator(_function)] | None = None
    level: Annotated[str, AfterValidator(_level)] | None = None


class Edge(Strict):
    """One of ours and one of theirs.

    n12         two-way interactions in the trailing twelve months.
    days_since  days since the last one; None when there was none.
    """

    ours: Name
    theirs: Name
    n12: Count
    days_since: Count | None = None


class JointTeam(Strict):
    """People of both firms in one team: how many of each, a written goal or not, meetings in six months."""

    name: Name
    ours: Count
    theirs: Count
    has_goal: bool
    meetings_in_6_months: Count


def _not_a_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise InvalidInput("truth_value_as_number", value=value)
    return value


Whole = Annotated[int, BeforeValidator(_not_a_truth_value)]
Part = Annotated[float, BeforeValidator(_not_a_truth_value)]


class Thresholds(Strict):
    """Every number of the diagnosis. Shares are fractions of one."""

    active_n12: Annotated[Whole, Field(ge=1, le=100)] = 4
    active_n12_top: Annotated[Whole, Field(ge=1, le=100)] = 2
    active_days: Annotated[Whole, Field(ge=1, le=366)] = 180
    weight_cap: Annotated[Whole, Field(ge=1, le=1000)] = 24
    mid_nu: Annotated[Whole, Field(ge=1, le=100)] = 3
    mid_direct: Annotated[Part, Field(gt=0, le=1)] = 0.20
    mid_levels: Annotated[Whole, Field(ge=1, le=5)] = 2
    mid_functions: Annotated[Whole, Field(ge=1, le=7)] = 2
    partnership_nu: Annotated[Whole, Field(ge=1, le=100)] = 5
    partnership_direct: Annotated[Part, Field(gt=0, le=1)] = 0.50
    partnership_functions: Annotated[Whole, Field(ge=1, le=7)] = 3
    partnership_share: Annotated[Part, Field(gt=0, le=1)] = 0.80
    synergistic_teams: Annotated[Whole, Field(ge=1, le=100)] = 3
    synergistic_board: Annotated[Whole, Field(ge=1, le=100)] = 2
    team_meetings: Annotated[Whole, Field(ge=1, le=100)] = 2
    borderline: Annotated[Part, Field(ge=0, le=0.5)] = 0.10

    @model_validator(mode="after")
    def _each_stage_asks_more(self) -> "Thresholds":
        for low, high in (
            ("mid_nu", "partnership_nu"),
            ("mid_direct", "partnership_direct"),
            ("active_n12_top", "active_n12"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise InvalidInput("thresholds_fall", f"/{high}", low=low, high=high)
        return self


class Document(Strict):
    """The people, the contacts, and what else the diagnosis needs.

    account_managers  whoever of ours holds or held the role in the window: the role is kept, not the name.
    main_contacts     the buyer's side of the hub; empty takes the person of theirs with the largest sum of w.
    trades            whether they bought in the trailing twelve months; None is not known, and holds nothing up.
    relevant_groups   groups of functions that both firms have and that matter here, the board not among them.
    """

    ours: tuple[Person, ...] = ()
    theirs: tuple[Person, ...] = ()
    edges: tuple[Edge, ...] = ()
    account_managers: tuple[Name, ...] = ()
    main_contacts: tuple[Name, ...] = ()
    trades: bool | None
    joint_teams: tuple[JointTeam, ...] = ()
    joint_board_meetings: Count = 0
    relevant_groups: tuple[Annotated[str, AfterValidator(_group)], ...] = RELEVANT
    rules: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Document":
        ours, theirs = _once(self.ours, "/ours"), _once(self.theirs, "/theirs")
        if both := ours & theirs:
            raise InvalidInput("person_on_both_sides", "/theirs", name=min(both))
        pairs = Counter((edge.ours, edge.theirs) for edge in self.edges)
        for at, edge in enumerate(self.edges):
            _known(edge.ours, ours, f"/edges/{at}/ours")
            _known(edge.theirs, theirs, f"/edges/{at}/theirs")
            if pairs[edge.ours, edge.theirs] > 1:
                raise InvalidInput("repeated_edge", f"/edges/{at}", ours=edge.ours, theirs=edge.theirs)
            if edge.n12 and edge.days_since is None:
                raise InvalidInput("edge_without_a_day", f"/edges/{at}/days_since", ours=edge.ours, theirs=edge.theirs)
            if edge.n12 and edge.days_since is not None and edge.days_since > YEAR:
                raise InvalidInput("edge_outside_the_window", f"/edges/{at}/days_since", days=edge.days_since)
        for at, name in enumerate(self.account_managers):
            _known(name, ours, f"/account_managers/{at}")
        for at, name in enumerate(self.main_contacts):
            _known(name, theirs, f"/main_contacts/{at}")
        return self


def _once(people: Iterable[Person], where: str) -> set[str]:
    seen: set[str] = set()
    for at, person in enumerate(people):
        if person.id in seen:
            raise InvalidInput("repeated_name", f"{where}/{at}/id", name=person.id)
        seen.add(person.id)
    return seen


def _known(name: str, known: set[str], where: str) -> None:
    if name not in known:
        raise InvalidInput("unknown_person", where, name=name)


class ActiveEdge(Strict):
    """A contact that counts: its weight w, and whether it touches neither account manager nor main contact."""

    ours: str
    theirs: str
    weight: int
    is_direct: bool


class Metrics(Strict):
    """What the network shows.

    weight            sum of w over the active edges.
    direct_share      D, 0..1; None without an active edge.
    nu                the fewest people whose departure cuts all contact; `cut` names such people.
    functions         FL: groups with a direct active edge between like functions, the board not among them.
    levels            LL: levels of the customer with a direct active edge to our same or adjacent level.
    board             B: an active direct edge between boards or between directors.
    joint_teams       JT; joint_board JB.
    key_person        whoever carries the largest part of the weight, and that part, 0..1.
    lamp              single-thread lamp: nu 1 or none red, 2 amber, 3 and more green.
    weights           sum of w per person with an active edge.
    """

    edges: tuple[ActiveEdge, ...]
    weight: int
    direct_share: float | None
    nu: int
    cut: tuple[str, ...]
    functions: tuple[str, ...]
    levels: tuple[str, ...]
    board: bool
    joint_teams: int
    joint_board: int
    key_person: str | None
    key_person_share: float | None
    lamp: Lamp
    main_contacts: tuple[str, ...]
    weights: dict[str, int]
    warnings: tuple[Notice, ...]


def measures(document: Document) -> Metrics:
    """Count the network. Raises nothing for a valid document.

    >>> metrics = measures(Document.model_validate(GOLF))
    >>> round(metrics.direct_share, 3), metrics.nu, metrics.board, round(metrics.key_person_share, 4)
    (0.143, 2, True, 0.8571)
    """
    people = {person.id: person for person in (*document.ours, *document.theirs)}
    active = [edge for edge in document.edges if is_active(edge, people, document.rules)]
    hub, warnings = _hub(document, active)
    edges = tuple(_counted(edge, hub, document.rules) for edge in active)
    direct = [edge for edge in edges if edge.is_direct]
    weights = _weights(edges)
    total = sum(edge.weight for edge in edges)
    key = min(weights, key=lambda name: (-weights[name], name)) if weights else None
    nu, cut = matching([(edge.ours, edge.theirs) for edge in edges])
    return Metrics(
        edges=edges,
        weight=total,
        direct_share=sum(edge.weight for edge in direct) / total if total else None,
        nu=nu,
        cut=cut,
        functions=_functions(direct, people),
        levels=_levels(direct, people),
        board=any(is_top(people[edge.ours], people[edge.theirs]) for edge in direct),
        joint_teams=sum(is_working(team, document.rules) for team in document.joint_teams),
        joint_board=document.joint_board_meetings,
        key_person=key,
        key_person_share=weights[key] / total if key else None,
        lamp=lamp(nu),
        main_contacts=tuple(name for name in hub if name not in document.account_managers),
        weights=weights,
        warnings=warnings,
    )


def is_active(edge: Edge, people: dict[str, Person], rules: Thresholds) -> bool:
    """Often enough and not too long ago; those at the top meet less often."""
    needed = rules.active_n12_top if is_top(people[edge.ours], people[edge.theirs]) else rules.active_n12
    return edge.n12 >= needed and edge.days_since is not None and edge.days_since <= rules.active_days


def is_top(ours: Person, theirs: Person) -> bool:
    """Board with board, or director with director."""
    boards = ours.function == theirs.function == "board"
    return boards or ours.level == theirs.level == "director"


def _hub(document: Document, active: list[Edge]) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
    """Account managers and main contacts; without a named main contact, whom we are in contact with most."""
    managers, named = document.account_managers, document.main_contacts
    if named or not active:
        return (*managers, *named), ()
    most: Counter[str] = Counter()
    for edge in active:
        most[edge.theirs] += min(edge.n12, document.rules.weight_cap)
    main = min(most, key=lambda name: (-most[name], name))
    notice = Notice(code="main_contact_assumed", where="/main_contacts", values={"person": main})
    return (*managers, main), (notice,)


def _counted(edge: Edge, hub: tuple[str, ...], rules: Thresholds) -> ActiveEdge:
    is_direct = edge.ours not in hub and edge.theirs not in hub
    weight = min(edge.n12, rules.weight_cap)
    return ActiveEdge(ours=edge.ours, theirs=edge.theirs, weight=weight, is_direct=is_direct)


def _weights(edges: Iterable[ActiveEdge]) -> dict[str, int]:
    weights: Counter[str] = Counter()
    for edge in edges:
        weights[edge.ours] += edge.weight
        weights[edge.theirs] += edge.weight
    return dict(weights)


def _functions(direct: Iterable[ActiveEdge], people: dict[str, Person]) -> tuple[str, ...]:
    found = set()
    for edge in direct:
        group = FUNCTIONS[people[edge.ours].function or "other"]
        if group and group != "brd" and group == FUNCTIONS[people[edge.theirs].function or "other"]:
            found.add(group)
    return tuple(group for group in GROUPS if group in found)


def _levels(direct: Iterable[ActiveEdge], people: dict[str, Person]) -> tuple[str, ...]:
    found = set()
    for edge in direct:
        ours, theirs = people[edge.ours].level, people[edge.theirs].level
        if ours and theirs and abs(LEVELS[ours] - LEVELS[theirs]) <= 1:
            found.add(theirs)
    return tuple(level for level in LEVELS if level in found)


def is_working(team: JointTeam, rules: Thresholds) -> bool:
    """Members of both firms, a written goal, and meetings: what makes a joint team more than a name."""
    return bool(team.ours and team.theirs and team.has_goal and team.meetings_in_6_months >= rules.team_meetings)


def lamp(nu: int) -> Lamp:
    """The single-thread lamp.

    >>> [lamp(nu) for nu in (0, 1, 2, 3)]
    ['red', 'red', 'amber', 'green']
    """
    return "red" if nu <= 1 else "amber" if nu == 2 else "green"


def matching(pairs: Iterable[tuple[str, str]]) -> tuple[int, tuple[str, ...]]:
    """nu, and that many people who touch every pair (Konig).

    >>> matching([("kam", "a"), ("kam", "b"), ("kam", "c")])
    (1, ('kam',))
    """
    pairs = sorted(set(pairs))
    if not pairs:
        return 0, ()
    ours, theirs = sorted({us for us, _ in pairs}), sorted({them for _, them in pairs})
    row, column = {name: at for at, name in enumerate(ours)}, {name: at for at, name in enumerate(theirs)}
    rows, columns = [row[us] for us, _ in pairs], [column[them] for _, them in pairs]
    graph = csr_array((np.ones(len(pairs), dtype=np.int8), (rows, columns)), shape=(len(ours), len(theirs)))
    match = [int(at) for at in maximum_bipartite_matching(graph, perm_type="column")]
    reached = _reached(graph, match)
    cut = [ours[at] for at in range(len(ours)) if match[at] >= 0 and at not in reached[0]]
    cut += [theirs[at] for at in sorted(reached[1])]
    return sum(at >= 0 for at in match), tuple(sorted(cut))


def _reached(graph: csr_array, match: list[int]) -> tuple[set[int], set[int]]:
    """Rows and columns on alternating paths from the rows that found no partner."""
    partner = {column: row for row, column in enumerate(match) if column >= 0}
    waiting = [row for row, column in enumerate(match) if column < 0]
    rows, columns = set(waiting), set()
    while waiting:
        at = waiting.pop()
        for column in graph.indices[graph.indptr[at] : graph.indptr[at + 1]].tolist():
            if column not in columns:
                columns.add(column)
                if partner[column] not in rows:
                    rows.add(partner[column])
                    waiting.append(partner[column])
    return rows, columns


#: Manager and buyer, and two boards that meet for golf.
GOLF: dict[str, object] = {
    "ours": [
        {"id": "kam", "function": "sales", "level": "manager"},
        {"id": "our board", "function": "board", "level": "director"},
    ],
    "theirs": [
        {"id": "buyer", "function": "purchasing", "level": "manager"},
        {"id": "their board", "function": "board", "level": "director"},
    ],
    "edges": [
        {"ours": "kam", "theirs": "buyer", "n12": 24, "days_since": 10},
        {"ours": "our board", "theirs": "their board", "n12": 4, "days_since": 60},
    ],
    "account_managers": ["kam"],
    "main_contacts": ["buyer"],
    "trades": True,
}
