"""Refusals and deeds of this app as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "interaction_one_sided": _("Name at least one person of ours and one of theirs."),
    "interaction_in_future": _("That day has not come yet. Record what happened; plan what will as an action."),
    "interaction_crowded": _(
        "%(people)s participants are more than %(most)s: that is an audience, and no contact between people. "
        "It is kept, but it does not count."
    ),
    "who_is_meant": _("Say below who is meant."),
    "names_many": _("More than %(most)s names are a list; import it from a file."),
    "name_long": _("“%(name)s” is longer than %(most)s letters. Put commas between the names."),
    "participant_elsewhere": _(
        "“%(name)s” works for %(account)s. An interaction is of one customer; record another one for theirs."
    ),
    "account_needed": _("Which account is it? Nobody of theirs is on record yet."),
    "account_several": _("Several accounts are called like that; choose one."),
    "account_none": _("You see no account that is called like that."),
    "insight_in_future": _("That day has not come yet. When did we learn it?"),
    "recheck_before": _("Check it again after the day on which we learned it."),
    "recheck_past": _("Choose a day to come, or none."),
    "recurs_elsewhere": _("Only a problem of the same customer comes back."),
    "recurs_circle": _("That problem came back after this one, not before it."),
    "team_ends_early": _("A team does not end before it begins."),
    "no_open_step": _("This next step is not open any more."),
}
STEPS: dict[str, object] = {}
VERBS: dict[str, object] = {"recorded": _("recorded")}
