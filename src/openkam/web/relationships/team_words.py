"""The words of the team map and of the stakeholder analysis."""

from django.utils.translation import gettext_lazy as _

BANDS = {"green": _("good"), "amber": _("partly"), "red": _("poor")}
FLAGS = {
    "no_economic_buyer": _("No economic buyer is named: who has the final yes?"),
    "several_economic_buyers": _("More than one economic buyer (%(names)s). One decision has one final yes."),
    "role_unknown": _("Role not known: %(names)s"),
    "new_in_job": _("New in the job: %(names)s"),
    "important_uncontacted": _("Important, and nobody on this team is in contact: %(names)s"),
    "important_against": _("Important, and against: %(names)s"),
}
ROLE_GUESSED = _("Role only guessed: %(names)s")
INFLUENCE = {3: _("high influence"), 2: _("medium influence"), 1: _("low influence")}
SUPPORT = {
    2: _("strongly supportive"),
    1: _("supportive"),
    0: _("neutral"),
    -1: _("against"),
    -2: _("strongly against"),
}
EVERYTHING = _("All phases together")
CELLS = {
    "manage_closely": _("Manage closely"),
    "keep_satisfied": _("Keep satisfied"),
    "keep_informed": _("Keep informed"),
    "monitor": _("Monitor"),
}
CAUTIONS = {
    "everybody_must_love_it": _("Everybody is needed at +2. Most people need only not to be against."),
    "powerful_below_neutral": _("Powerful, and against: %(names)s. Bring them to neutral before you go on."),
    "not_judged": _("Not judged yet, and in no sum: %(names)s"),
}
PURPOSE = _(
    "To plan who of us speaks with whom about what, so that nobody who decides is overlooked. Facts and what they told "
    "us; nothing that we would not say to them."
)
PROBLEMS = {
    "purpose_missing": _("Say first what these notes about people are for."),
    "unknown_member": _("There is no member %(number)s on this sheet."),
    "judgement_ended": _("Choose a day that is still to come."),
    "cell_unreadable": _(
        "“%(text)s” is no cell. Type how much they take part, 0 to 3, a space, and numbers of ours: 2 1,3."
    ),
    "scale": _("“%(value)s” lies outside %(low)s to %(high)s."),
    "support_scale": _("“%(value)s” is not on that scale. −5 to +5 has no zero."),
    "which_scale": _("Choose the scale that this number is on."),
    "numbers_moved": _("Our numbers have changed meanwhile. Look at the numbers you typed, and save again."),
    "influence_type": _("“%(value)s” is no type. Use E, U and T: economic, user, technical."),
}
VERBS = {
    "judged": _("wrote on the team map about"),
    "judgement_erased": _("erased what was judged of"),
    "joined_map": _("put on the team map of"),
    "left_map": _("took off the team map of"),
}
