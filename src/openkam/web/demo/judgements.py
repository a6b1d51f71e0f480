"""What the people of the demo company say of their customers in scoring rounds. Invented, and the same every time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .company import customers

SEED = 20261019
RATERS = ("diana", "meiling", "jonas", "zhiqiang", "rosa")
CRITERIA = (
    "revenue_potential", "profitability_potential", "market_leader", "buying_orientation", "solvency", "product_fit",
)  # fmt: skip
FACTORS = ("size", "growth_potential", "financial_stability", "ease_of_access", "closeness", "strategic_fit")
SUCCESS = ("price", "service", "speed_of_response", "relationship", "major_supplier", "technical_innovation")


@dataclass(frozen=True)
class Told:
    """A round: its name, its day, who was in it, and the points of each criterion."""

    name: str
    on: date
    accounts: tuple[str, ...]
    points: tuple[int, ...]
    drift: float


FIRST = (
    "C1001", "C1002", "C1003", "C1005", "C1006", "C1007", "C1009", "C1010", "C1011", "C1012", "C1013", "C1015",
    "C1017", "C1018", "C1022", "C1027", "C1028", "C1030", "C1034", "C1036", "C1048", "C1057", "C1058",
)  # fmt: skip
SECOND = (*FIRST[:-1], "C1037", "C1038")
ROUNDS = (
    Told("Key accounts 2025", date(2025, 10, 20), FIRST, (100, 70, 50, 60, 40, 60), drift=-1.0),
    Told("Key accounts 2026", date(2026, 10, 19), SECOND, (80, 100, 40, 80, 40, 70), drift=0.0),
)
#: A round that waits for its raters: a newcomer can score at once.
OPEN = Told("New customers, spring 2027", date(2026, 11, 23), ("C1034", "C1037", "C1038", "C1039", "C1060"), (), 0.0)

#: Of each kind of customer what they would score, in the order of the three tables above.
MEANS = {
    "giant": ((9, 3, 8, 4, 8, 7), (10, 4, 8, 6, 6, 5), (5, 7, 6, 6, 7, 7)),
    "star": ((7, 8, 6, 8, 8, 9), (7, 9, 8, 6, 6, 9), (6, 8, 8, 8, 7, 9)),
    "steady": ((5, 6, 5, 5, 7, 6), (5, 4, 7, 6, 6, 5), (7, 7, 7, 8, 7, 6)),
    "noisy": ((3, 2, 3, 2, 5, 4), (3, 3, 5, 7, 4, 3), (5, 5, 5, 5, 4, 5)),
    "fading": ((4, 3, 4, 4, 4, 5), (4, 2, 4, 5, 5, 4), (4, 6, 5, 5, 5, 5)),
    "small": ((2, 5, 3, 4, 6, 5), (2, 4, 6, 6, 4, 4), (6, 6, 6, 5, 4, 6)),
    "new": ((5, 5, 4, 7, 6, 8), (3, 9, 5, 5, 3, 8), (6, 7, 6, 4, 3, 8)),
}
#: How customers change between two rounds: a star was smaller a year ago, a fading one was larger.
DRIFT = {"star": 1, "new": 1, "fading": -1}
#: name -> what it scores on the six success factors.
COMPETITORS = {
    "Tenzo Drives": (8, 6, 6, 6, 6, 5),
    "Nordgetriebe": (5, 7, 7, 6, 7, 8),
    "遠東精密": (9, 5, 6, 5, 5, 5),
}
#: customer -> success factor -> points, where a customer told us what counts.
POINTS = {
    "C1001": {"price": 100, "service": 40, "speed_of_response": 50, "technical_innovation": 20},
    "C1013": {"technical_innovation": 100, "speed_of_response": 70, "service": 60, "price": 40},
    "C1027": {"service": 100, "technical_innovation": 80, "price": 30},
}
#: customer -> attractiveness and strength wanted, and by when.
TARGETS = {
    "C1001": (7.0, 1.1, date(2028, 9, 30)),
    "C1022": (8.5, 1.15, date(2028, 9, 30)),
    "C1034": (7.5, 1.05, date(2029, 9, 30)),
}
EVIDENCE = {
    ("C1013", "buying_orientation"): "共同試驗台自 2024 年起運作。",
    ("C1001", "buying_orientation"): "Their tender of March: price desk only.",
    ("C1027", "product_fit"): "Validated on two devices; a third is being tested.",
    ("C1022", "growth_potential"): "客户年报：新增三条产线。",
}
#: Cells that were far apart at first and moved together once people had talked: customer, criterion, rater -> first.
APART = {
    ("C1001", "profitability_potential", "jonas"): 8,
    ("C1007", "solvency", "rosa"): 3,
    ("C1034", "product_fit", "meiling"): 3,
}
#: What 三鶴メカトロニクス says of us and of whom they compare us with.
CUSTOMER = "C1013"
CONTACT = "佐藤 様, procurement"
CUSTOMERS_VIEW = {
    "": (5, 7, 6, 8, 7, 9),
    "Nordgetriebe": (6, 7, 8, 6, 6, 8),
    "遠東精密": (9, 5, 7, 5, 4, 5),
}
#: round -> customer -> why it was named a key account then.
NAMED = (
    {"C1002": "Three-year platform plan shared; rank 3 of 23.", "C1005": "採購與研發一同參與規格討論，排名前列。"},
    {"C1013": "Joint test bench leads to series; attractive, and ahead of both competitors."},
)
DESELECTED = ("C1058", "exiting", "Moved to another supplier in 2023; no project in sight.")


def characters() -> dict[str, str]:
    return {customer.key: customer.character for customer in customers()}


def rivals(key: str) -> tuple[str, ...]:
    """Two competitors at each customer: a technical one and a cheap one."""
    return (
        ("Nordgetriebe", "遠東精密") if ord(key[-1]) % 3 == 0 or key == CUSTOMER else ("Nordgetriebe", "Tenzo Drives")
    )


def scores(told: Told, rater: str) -> Iterator[tuple[str, str, str, int]]:
    """(customer, criterion, competitor or "", score) as one person gave them in one round."""
    chance = random.Random(f"{SEED} {told.name} {rater}")  # noqa: S311 - a story, not a secret
    own = random.Random(f"{SEED}")  # noqa: S311 - what a customer is like is the same for every rater
    likes = {key: [own.choice((-1, 0, 0, 1)) for _ in range(18)] for key in characters()}
    for key in told.accounts:
        character = characters()[key]
        drift = DRIFT.get(character, 0) * told.drift
        columns = (*CRITERIA, *FACTORS, *SUCCESS)
        means = [mean for table in MEANS[character] for mean in table]
        for slug, mean, like in zip(columns, means, likes[key], strict=True):
            yield key, slug, "", _score(mean + like + drift + chance.choice((-1, 0, 0, 0, 1)))
        for rival in rivals(key):
            for slug, mean in zip(SUCCESS, COMPETITORS[rival], strict=True):
                yield key, slug, rival, _score(mean + chance.choice((-1, 0, 0, 1)))


def _score(value: float) -> int:
    return max(1, min(10, round(value)))
