"""What could go wrong with the demo company's customers and projects. Invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hazard:
    """A risk of a customer (`of` its key) or of a project (`of` its name); places are impact, then probability."""

    of: str
    title: str
    family: str
    inherent: tuple[str, str]
    owner: str
    due: str
    prompt: str = ""
    what: str = ""
    plan: str = ""
    residual: tuple[str, str] | None = None
    money: int | None = None
    is_approved: bool = False
    closed: str = ""


OF_ACCOUNTS = (
    Hazard(
        "C1001", "Second source qualified for gearboxes", "kam", ("high", "high"), "diana", "2027-01-31",
        "competitor_move", "They halve our volume after the spring tender.",
        "Offer the joint service contract before the tender; meet their head of engineering.",
        ("high", "medium"), 1_900_000, is_approved=True,
    ),
    Hazard(
        "C1001", "One buyer is our only contact", "kam", ("medium", "high"), "diana", "2026-12-15",
        "single_threaded", plan="Introduce two engineers of ours to theirs.", residual=("medium", "medium"),
        money=650_000,
    ),
    Hazard(
        "C1002", "Traction drive late for the third plant", "planning", ("high", "medium"), "jonas", "2027-03-31",
        "development_time", "Start of series slips past their line change.", "Second test bench from February.",
        money=1_200_000,
    ),
    Hazard(
        "C1005", "新廠投產延後", "external", ("medium", "medium"), "meiling", "2027-06-30", "vendor_experience",
        plan="每月與採購及工程共同檢視時程。", money=800_000,
    ),
    Hazard(
        "C1007", "年度招标改为纯价格", "business_case", ("medium", "high"), "zhiqiang", "2027-02-28",
        "changing_environment", money=1_100_000,
    ),
    Hazard(
        "C1013", "Account manager leaves", "kam", ("high", "low"), "meiling", "2027-04-30", "account_manager_leaves",
        plan="Deputy joins every quarterly review.", residual=("medium", "low"), money=900_000,
    ),
    Hazard(
        "C1027", "Approval of the new device is delayed", "external", ("low", "medium"), "diana", "2027-05-31",
    ),
    Hazard(
        "C1015", "Pays later every quarter", "kam", ("medium", "medium"), "diana", "2026-10-31", "payment",
        plan="Credit limit lowered; payment plan agreed.", residual=("low", "low"), money=240_000,
        closed="Paid in full in October; terms are 30 days now.",
    ),
)  # fmt: skip

#: name, purpose, phase, launch, customers
PROJECTS = (
    (
        "Four-hour response for elevator drives",
        "Kestrel's plants lose a shift when a drive fails. Design a service that answers within four hours.",
        "design",
        "2027-05-03",
        ("C1002", "C1003"),
    ),
)

OF_PROJECTS = (
    Hazard(
        PROJECTS[0][0], "No field engineers in Spain", "planning", ("high", "high"), "jonas", "2027-02-15",
        "resource_availability", plan="Partner contract in Zaragoza, two engineers trained.",
        residual=("high", "medium"), money=300_000, is_approved=True,
    ),
    Hazard(
        PROJECTS[0][0], "Two hotlines with different systems", "organizational", ("medium", "medium"), "rosa",
        "2027-03-15", "cross_functional_involvement", plan="One ticket system for both by March.",
        residual=("low", "medium"),
    ),
    Hazard(
        PROJECTS[0][0], "Spare parts forecast is guesswork", "technical", ("medium", "high"), "jonas", "2027-01-31",
        "business_process_knowledge",
    ),
)  # fmt: skip
