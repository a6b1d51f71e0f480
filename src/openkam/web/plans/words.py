"""The words of risks and decisions: prompts, explanations, and codes as sentences."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from openkam.web.programme.templatetags.words import plain

from .models.choices import Family, Gate, Label, Level

#: What each label asks for.
MEANINGS = {
    Label.CAUTION: _("Accept it, and look at it again at every review."),
    Label.FIX: _("Go on designing, but close it before the pilot or the launch."),
    Label.SIGNIFICANT: _("A plan with an owner and a date, approved by the programme director, before the gate."),
    Label.SHOWSTOPPER: _("Stop. No gate is passed until it has been scored lower or closed."),
}
#: Our own anchors.
PROBABILITY_ANCHORS = {
    Level.LOW: _("below 20%"),
    Level.MEDIUM: _("20 to 60%"),
    Level.HIGH: _("above 60%"),
}
IMPACT_ANCHORS = {
    Level.LOW: _("below 5% of the business case"),
    Level.MEDIUM: _("5 to 20% of the business case"),
    Level.HIGH: _("above 20% of the business case"),
}
SHORT_IMPACT_ANCHORS = {Level.LOW: _("below 5%"), Level.MEDIUM: _("5 to 20%"), Level.HIGH: _("above 20%")}
PROMPTS = {
    Family.BUSINESS_CASE: {
        "cost_increase": _("Cost increase"),
        "roi_lead_time_increase": _("ROI lead-time increase"),
        "changing_environment": _("Changing market or regulatory environment"),
        "business_commitment": _("Business commitment"),
    },
    Family.PLANNING: {
        "resource_availability": _("Resource availability"),
        "project_complexity": _("Project complexity"),
        "development_time": _("Development time"),
        "project_management_experience": _("Project-management experience"),
    },
    Family.ORGANIZATIONAL: {
        "cross_functional_involvement": _("Cross-functional involvement"),
        "process_ownership": _("Process ownership"),
        "multiple_locations": _("Multiple locations for implementation"),
        "change_acceleration": _("Change-acceleration issues"),
    },
    Family.TECHNICAL: {
        "technology_experience": _("Technology experience"),
        "design_complexity": _("Design complexity"),
        "scope_changes": _("Scope changes"),
        "business_process_knowledge": _("Knowledge of business processes"),
        "quality_methods_experience": _("Quality-methods skills and experience"),
    },
    Family.EXTERNAL: {
        "vendor_experience": _("Vendor or contractor experience and support"),
        "multiple_vendors": _("Multiple vendors or contractors"),
        "vendor_dependence": _("Dependence on vendors"),
        "recruitment": _("Recruitment issues"),
    },
    Family.KAM: {
        "single_threaded": _("Only one contact on either side"),
        "concentration": _("Concentration: more than 25% of our revenue"),
        "payment": _("Payment"),
        "competitor_move": _("A competitor's move"),
        "account_manager_leaves": _("The account manager leaves"),
    },
}
VERDICTS = {"go": _("Go"), "conditional": _("Conditional"), "no_go": _("No-go")}
VERDICT_MEANINGS = {
    "go": _("No open risk keeps this gate shut."),
    "conditional": _("The gate may be passed on condition that what stands below is done."),
    "no_go": _("The gate stays shut until what stands below is solved."),
}
WHY = {
    "showstopper_open": _("an open showstopper: no gate is passed, and nobody can waive it"),
    "open_at_launch": _("still open at a launch gate, and no waiver is signed"),
    "no_approved_plan": _("its plan has not been approved by the programme director"),
}
PLAN_PARTS = {
    "customer_environment": _("Customer environment"),
    "key_financials": _("Key financials"),
    "current_relationship": _("Current relationship"),
    "strategy_and_execution": _("Strategy and execution"),
    "additional_resources": _("Additional resources"),
    "team_learning": _("Team learning"),
}
PLAN_PHASES = {
    "scoping": _("Scoping"),
    "introducing": _("Introducing"),
    "embedding": _("Embedding"),
    "optimising": _("Optimising value"),
}
PLAN_VERDICTS = {"approve": _("Approved"), "conditional": _("Conditional"), "rework": _("Rework")}
LAUNCH_GATES = frozenset({Gate.VERIFY, Gate.LAUNCH})

PROBLEMS = {
    "level": _("“%(level)s” is not a level. Choose low, medium or high."),
    "gate": _("“%(gate)s” is not a gate."),
    "placement_half": _("Choose both, impact and probability, or neither."),
    "no_placements": _("Nobody has placed this risk yet."),
    "share": _("A probability lies between 0 and 100 per cent."),
    "risk_taken": _("%(who)s changed “%(name)s” meanwhile. Nothing was saved; look at it and try again."),
    "risk_closed": _("“%(name)s” is closed. Open it again first."),
    "risk_not_placed": _("“%(name)s” has no place on the grid yet; place it first."),
    "closing_without_reason": _("Say why it is closed: solved, gone, or accepted by whom."),
    "plan_incomplete": _("A plan can be approved once it has a text, an owner and a date."),
    "plan_not_for_you": _("A programme director approves plans."),
    "placements_revealed": _("The placements of “%(name)s” were revealed already; yours was not saved."),
    "placements_still_blind": _("The placements are still blind. Reveal them first."),
    "placements_too_few": _(
        "A risk is revealed once two people have placed it: a single place would show whose it is."
    ),
    "showstopper_not_waived": _("A showstopper cannot be waived. Score it again, or close it."),
    "nothing_to_waive": _("“%(name)s” does not keep this gate shut; there is nothing to waive."),
    "gate_without_waivers": _("Waivers are signed at the gates Verify and Launch only."),
    "decision_without_reason": _("A decision needs its reason: somebody will ask for it."),
    "decision_not_for_you": _("Programme directors decide this."),
    "decision_without_round": _("Choose the frozen round that this decision rests on."),
    "decision_round_strange": _("This round is not frozen, or the account was not in it."),
    "deselected_as_key": _("Choose what the account becomes instead of a key account."),
    "no_risks": _("No risk is placed yet. That is no proof that there is none: walk through the prompts."),
    "everything_medium": _(
        "All %(risks)s risks stand at medium and medium. That says as little as no scores: compare them."
    ),
    "mitigated_without_rescoring": _("“%(name)s” has an approved plan but was not scored again since."),
    "residual_above_inherent": _("“%(name)s” is graver after its measures than before. Is that so?"),
    "probability_outside_band": _("“%(name)s”: the typed probability does not fit the row in which the risk stands."),
    "unknown_money": _("Of some open risks the money at stake is not known (%(risks)s); they are in no sum."),
    "showstopper_cannot_be_waived": _("A waiver was signed for “%(name)s”, but a showstopper cannot be waived."),
    "passed_by_waiver": _("“%(name)s” passes this gate by a signed waiver, not because it was solved."),
    "same_name_twice": _("Some risks have the same name (%(count)s). Is one of them there twice?"),
    "risks_not_placed": _("Open risks without a place on the grid are not in the verdict (%(risks)s)."),
    "too_many_actions": _("Five actions lead to the target, not %(actions)s. Finish or drop one first."),
    "place_taken": _("Place %(place)s is taken by another action."),
    "owner_cannot_see": _("“%(name)s” does not see this account; add them to its team first."),
    "insight_elsewhere": _("“%(name)s” was learned at another customer."),
    "action_without_evidence": _("Say what shows that it is done."),
    "action_closed": _("“%(name)s” was finished or dropped already. Open it again first."),
    "plan_reviewed_meanwhile": _("%(who)s reviewed this plan meanwhile. Nothing was saved; look at it and try again."),
    "plan_not_scored": _("Score at least one part of the plan."),
    "sponsor_no_director": _("“%(name)s” is no programme director; a sponsor stands above the account team."),
    "many_key_accounts": _(
        "%(who)s now looks after %(count)s key accounts. More than four is too many for one person to know well."
    ),
}
VERBS = {
    "moved": _("moved"),
    "scored_again": _("scored again"),
    "placed_blind": _("took a blind placement of"),
    "revealed_placements": _("revealed the placements of"),
    "asked_again": _("asked for new placements of"),
    "agreed": _("accepted the agreed place of"),
    "approved_plan": _("approved the plan of"),
    "withdrew_approval": _("by a change ended the approval of"),
    "closed": _("closed"),
    "reopened": _("opened again"),
    "named_key_account": _("named as key account"),
    "deselected": _("deselected"),
    "signed_waiver": _("signed a waiver for"),
    "finished": _("finished"),
    "dropped": _("dropped"),
    "reviewed_plan": _("reviewed the plan of"),
    "made_feed": _("made a calendar address for"),
    "revoked_feed": _("revoked a calendar address of"),
}
#: The names of what a history tells of, and how it reads the points of a plan.
PARTS = {"plan": _("plan"), "sponsor": _("sponsor")}
READ: dict[tuple[str, str], Callable[[str], object]] = {("accounts.account", "plan"): lambda text: plain(text, 1)}


def prompt_words(code: str) -> str:
    """The title that a prompt begins with; empty for a code that is none."""
    return next((str(prompts[code]) for prompts in PROMPTS.values() if code in prompts), "")
