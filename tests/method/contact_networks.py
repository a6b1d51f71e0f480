"""Contact networks in the words of the method: `net(BOW_TIE, ("rd:specialist", "rd:specialist", 12))`.

A person is written `function:level`, with `#2` behind it for a second one of the kind; `kam` and `buyer` are the hub.
"""

from typing import Any

from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.network import FUNCTIONS, LEVELS, Document

HUB = {"kam": "sales:manager", "buyer": "purchasing:manager"}
BOW_TIE = ("kam", "buyer", 24)
BOARDS = "board:director"

NETS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "N1": (("kam", "buyer", 6),),
    "N2": (BOW_TIE,),
    "N3": (BOW_TIE, *(("kam", f"quality:specialist#{at}", 6) for at in range(5))),
    "N4": (
        BOW_TIE,
        (BOARDS, BOARDS, 2),
        ("operations:manager", "operations:manager", 6),
        ("rd:specialist", "rd:specialist", 8),
        ("administration:clerk", "purchasing:clerk", 12),
        ("operations:operator", "operations:operator", 6),
    ),
    "N5": (
        BOW_TIE,
        ("rd:specialist", "rd:specialist", 12),
        ("administration:clerk", "administration:clerk", 24),
        ("operations:manager", "operations:manager", 12),
        ("outbound_logistics:specialist", "inbound_logistics:specialist", 24),
        (BOARDS, BOARDS, 2),
    ),
    "N8": (BOW_TIE, (BOARDS, BOARDS, 4)),
    "N10": (BOW_TIE, *((f"{code}:specialist", "buyer", 8) for code in ("rd", "operations", "finance", "quality"))),
}
NETS["N7"] = tuple(edge for edge in NETS["N5"] if BOARDS not in edge)


def net(*edges: tuple[str, str, int], days_since: int = 10, **fields: Any) -> Document:
    """The hub and everybody in these edges (ours, theirs, n12); they buy unless told otherwise."""
    ours = dict.fromkeys(("kam", *(edge[0] for edge in edges)))
    theirs = dict.fromkeys(("buyer", *(edge[1] for edge in edges)))
    given = {
        "ours": [_person("our", name) for name in ours],
        "theirs": [_person("their", name) for name in theirs],
        "edges": [
            {"ours": f"our {us}", "theirs": f"their {them}", "n12": n12, "days_since": days_since}
            for us, them, n12 in edges
        ],
        "account_managers": ["our kam"],
        "main_contacts": ["their buyer"],
        "trades": True,
    }
    return read(Document, given | fields)


def published(name: str, **fields: Any) -> Document:
    """One of the networks of the method's table."""
    return net(*NETS[name], trades=name != "N1", **fields)


def _person(side: str, name: str) -> dict[str, str]:
    function, level = HUB.get(name, name).split("#")[0].split(":")
    return {"id": f"{side} {name}", "function": function, "level": level}


SIZE = 5
kinds = st.fixed_dictionaries(
    {"function": st.none() | st.sampled_from(list(FUNCTIONS)), "level": st.none() | st.sampled_from(list(LEVELS))}
)
pairs = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
contacts = st.fixed_dictionaries({"n12": st.integers(0, 30), "days_since": st.integers(0, 365)})


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Up to five people a side, the first of each the hub."""
    people = [[{"id": f"{side}{at}"} | draw(kinds) for at in range(SIZE)] for side in "uc"]
    edges = draw(st.dictionaries(pairs, contacts, max_size=12))
    given = {
        "ours": people[0],
        "theirs": people[1],
        "edges": [{"ours": f"u{us}", "theirs": f"c{them}"} | contact for (us, them), contact in edges.items()],
        "account_managers": ["u0"],
        "main_contacts": ["c0"],
        "trades": draw(st.booleans()),
        "joint_board_meetings": draw(st.integers(0, 3)),
    }
    return read(Document, given)
