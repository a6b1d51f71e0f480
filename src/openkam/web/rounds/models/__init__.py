"""What people say of customers: the library of criteria, rounds of scores, the customer's own, what was frozen."""

from .customer import CustomerLink, CustomerScore
from .library import Criterion, Kind
from .results import Frozen, Placement, Robustness
from .rounds import Competitor, Entry, EntryCompetitor, Item, Member, Round, Stage, Weighting
from .scores import Score

__all__ = [
    "Competitor",
    "Criterion",
    "CustomerLink",
    "CustomerScore",
    "Entry",
    "EntryCompetitor",
    "Frozen",
    "Item",
    "Kind",
    "Member",
    "Placement",
    "Robustness",
    "Round",
    "Score",
    "Stage",
    "Weighting",
]
