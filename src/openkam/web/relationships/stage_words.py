"""The words of the stages: what each looks like, its gates, the six questions, and codes as sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from openkam.method.document import Notice
from openkam.web.programme.words import problem

from .models import PerceivedScore, Stage

#: One line under the name of each stage.
MOTTOES = {
    Stage.DORMANT: _("nobody met in a year"),
    Stage.PRE: _("looking for a way in"),
    Stage.EARLY: _("one thread, bow-tie"),
    Stage.MID: _("level meets level"),
    Stage.PARTNERSHIP: _("diamond, functions meet"),
    Stage.SYNERGISTIC: _("joint teams, joint board"),
}
LAMPS = {
    "red": _("hangs on one thread"),
    "amber": _("hangs on two threads"),
    "green": _("three threads or more"),
}
#: Said of a lamp where nobody is in active contact at all.
NO_THREAD = _("no active contact")

GATES = {
    "contact": _("somebody was met in 12 months"),
    "trade": _("they bought in 12 months"),
    "active_edge": _("active contacts"),
    "nu": _("independent threads (ν)"),
    "direct_share": _("direct share (D)"),
    "levels_or_functions": _("levels or functions that meet directly"),
    "functions": _("functions that meet directly"),
    "board": _("boards that meet directly"),
    "joint_teams": _("joint teams at work"),
    "joint_board": _("joint board meetings in 12 months"),
}
#: Why a gate asks what it asks, and how it is counted.
GATE_RULES = {
    "contact": _("One recorded contact in the 12 months before the day."),
    "trade": _("An invoice of the 12 months before the day, as the ledger has it."),
    "active_edge": _(
        "A pair is in active contact with %(active_n12)s contacts in 12 months, or %(active_n12_top)s between "
        "directors or boards, the last of them at most %(active_days)s days ago."
    ),
    "nu": _(
        "The least number of people, of either side, whose leaving would cut every active contact. An account manager "
        "who alone knows everybody is still one thread."
    ),
    "direct_share": _(
        "The part of all active contact that touches neither our account manager nor their main contact. A pair "
        "counts for at most %(weight_cap)s contacts."
    ),
    "levels_or_functions": _(
        "Levels of theirs that meet the same or the next level of ours, or functions that meet their counterpart; the "
        "better of the two counts."
    ),
    "functions": _("Groups of functions, without the board, in which like meets like: R&D with R&D, logistics with …"),
    "board": _("A board member or director of ours in active contact with one of theirs."),
    "joint_teams": _(
        "Teams with people of both firms, a written goal, and at least %(team_meetings)s meetings in 6 months."
    ),
    "joint_board": _("Meetings recorded as joint board meetings in the 12 months before the day."),
}
#: Gates that are a share of something, and gates that are there or not.
SHARES = frozenset({"direct_share"})
SWITCHES = frozenset({"contact", "trade", "board"})

#: Each of the six questions with the four answers, 1 to 4.
QUESTIONS = {
    "breadth": (
        _("How broad is the contact?"),
        (_("one pair"), _("a few people"), _("most functions"), _("joint teams")),
    ),
    "information": (
        _("What do the two tell each other?"),
        (_("orders"), _("forecasts"), _("plans and problems"), _("costs and strategy")),
    ),
    "horizon": (
        _("How far ahead do they plan together?"),
        (_("this order"), _("this year"), _("a joint plan for three years"), _("a joint strategy")),
    ),
    "trust": (
        _("How much trust and openness?"),
        (_("what the contract says"), _("a word is kept"), _("bad news is told early"), _("open books")),
    ),
    "exit": (
        _("How hard would parting be for both?"),
        (_("a matter of days"), _("a matter of months"), _("a year and more"), _("both would write off much")),
    ),
    "status": (
        _("What are we to them?"),
        (
            _("one supplier of many"),
            _("a preferred supplier"),
            _("sole or lead supplier"),
            _("partner in their market"),
        ),
    ),
}
SIDES = {PerceivedScore.Side.US: _("We feel"), PerceivedScore.Side.CUSTOMER: _("The customer feels")}

#: The thresholds that a director may change, in the order of the page.
THRESHOLDS = {
    "active_n12": _("contacts in 12 months that make a pair active"),
    "active_n12_top": _("the same between directors or boards"),
    "active_days": _("days after which the last contact is too old"),
    "weight_cap": _("contacts of one pair that count at most"),
    "mid_nu": _("Mid: independent threads"),
    "mid_direct": _("Mid: direct share"),
    "mid_levels": _("Mid: levels that meet"),
    "mid_functions": _("Mid: functions that meet"),
    "partnership_nu": _("Partnership: independent threads"),
    "partnership_direct": _("Partnership: direct share"),
    "partnership_functions": _("Partnership: functions that meet, at least"),
    "partnership_share": _("Partnership: share of the relevant functions"),
    "synergistic_teams": _("Synergistic: joint teams"),
    "synergistic_board": _("Synergistic: joint board meetings in 12 months"),
    "team_meetings": _("meetings in 6 months that make a joint team count"),
    "borderline": _("borderline: this close to a threshold"),
}

#: Values of notices that are stages, told by their names.
STAGE_VALUES = frozenset({"perceived", "diagnosed", "us", "customer", "target", "current", "wished", "ceiling"})

NOTICES = {
    "main_contact_assumed": _(
        "No main contact is named; %(person)s is taken, with whom we are in contact most. Name one on their page."
    ),
    "manager_knows_everybody": _(
        "The account manager alone is in contact with %(contacts)s people. That is a wide bow-tie, not a diamond."
    ),
    "board_only": _("The boards meet, and nobody below them does. That is no partnership yet."),
    "board_missing": _("The functions meet as in a partnership, but the boards do not."),
    "function_or_level_unknown": _(
        "Of %(people)s people the function or the level is not known, so their contacts count in no level or function: "
        "%(names)s."
    ),
    "trade_unknown": _(
        "Whether they bought is not known: no invoices of these months are on record. It is read as if they did."
    ),
    "no_account_manager": _(
        "Nobody looks after this account, so contacts that run through one of ours alone look direct."
    ),
    "claims_run_ahead": _(
        "Claims run ahead of contacts: it feels like %(perceived)s, the contacts show %(diagnosed)s."
    ),
    "contacts_run_ahead": _("Contacts run ahead of the feeling: they show %(diagnosed)s, it feels like %(perceived)s."),
    "we_rate_higher": _("We feel %(us)s, the customer feels %(customer)s. Suppliers usually rate it higher."),
    "customer_rates_higher": _("The customer feels %(customer)s, we feel %(us)s. That is rare; ask why."),
    "below_current": _("The target, %(target)s, lies below where the relationship is now, %(current)s."),
    "date_passed": _("The day, %(by_when)s, has passed. Set a new one, or say that it is reached."),
    "too_fast": _(
        "%(steps)s stages in this time are more than one in twelve months (%(allowed)s). Say why it can go so fast."
    ),
    "beyond_customer": _(
        "The customer wishes %(wished)s; our target, %(target)s, is higher. Different wishes are normal and stable."
    ),
    "beyond_class": _(
        "%(account_class)s: %(ceiling)s is enough for this class; %(target)s costs more than it deserves."
    ),
    "no_actions": _("No action leads to the target yet."),
    "gates_without_action": _("No action closes: %(gates)s."),
    "action_without_owner_or_date": _("Without an owner or a date: %(actions)s."),
    "too_few_accounts": _("%(accounts)s accounts are few; from %(needed)s on the figure says something."),
}
PROBLEMS = NOTICES | {
    "review_twice": _("A review of %(on)s is on record already. Take it back first, or wait for the next quarter."),
    "review_stays": _("Only the last review can be taken back, on its day, by who recorded it."),
    "reviews_out_of_order": _("A later review is on record already."),
    "stage_number": _("%(stage)s is not a stage."),
    "perceived_six": _("There are six questions."),
    "perceived_incomplete": _("Answer all six questions; %(missing)s are open."),
    "perceived_total": _("%(total)s is no sum of six answers."),
    "perceived_in_future": _("Nobody has answered in the future."),
    "thresholds_taken": _("Somebody changed the thresholds meanwhile. Nothing was saved; look at them and try again."),
    "thresholds_fall": _("A higher stage cannot ask for less than a lower one."),
    "greater_than_equal": _("At least %(ge)s."),
    "greater_than": _("More than %(gt)s."),
    "less_than_equal": _("At most %(le)s."),
    "lengths_differ": _("Two rows of different length cannot be compared."),
    "action_without_title": _("Say what shall be done."),
    "function": _("“%(function)s” is not a function."),
    "level_of_person": _("“%(level)s” is not a level."),
    "group_of_functions": _("“%(group)s” is not a group of functions."),
    "person_on_both_sides": _("“%(name)s” cannot be on both sides."),
    "repeated_edge": _("The contacts of %(ours)s and %(theirs)s are there twice."),
    "unknown_person": _("“%(name)s” is not among the people of this relationship."),
    "edge_without_a_day": _("When %(ours)s and %(theirs)s were last in contact is not known."),
}
#: The names that a history gives to what was changed.
PARTS = {
    **THRESHOLDS,
    "stage": _("stage"),
    "perceived": _("felt by"),
    "us": _("us"),
    "team_map": _("team map"),
    "exit": _("exit"),
}
VERBS = {
    "reviewed_stage": _("reviewed the stage of"),
    "undid_review": _("took back a review of the stage of"),
    "recorded_perceived": _("wrote down how deep it feels with"),
}


def sentence(notice: Notice, names: Mapping[str, Any] | None = None) -> str:
    """What the method noticed, with the names of stages, gates and people in it."""
    told = {name: _told(name, value, names or {}) for name, value in notice.values.items()}
    return problem(notice.code, told)


def stage_told(text: str) -> Any:
    """The name of a stage that an event keeps as its number."""
    return Stage(int(text)).label if text in map(str, Stage.values) else text


def _told(name: str, value: Any, names: Mapping[str, Any]) -> Any:
    if name in STAGE_VALUES:
        return Stage(value).label
    if isinstance(value, tuple):
        return ", ".join(str(GATES.get(each, names.get(each, each))) for each in value)
    return names.get(value, value) if isinstance(value, str) else value
