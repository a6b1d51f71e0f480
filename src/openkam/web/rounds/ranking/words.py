"""What a ranking warns of, how it is made, and why an account moved, in words."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.templatetags.words import number, percent, plain

from .comparison import Reason

#: Sentences with the number that they speak of, %(n)s.
NOTICES: dict[str, Any] = {
    "top_takes_all": _("No more accounts are ranked than key accounts are wanted: all %(n)s are in."),
    "tie_at_border": _("Accounts tie at the border of the best %(n)s: somebody has to decide between them."),
    "many_criteria_of_equal_weight": _(
        "%(n)s criteria weigh the same: that makes near-ties. Choose 6 to 10, or tell them apart."
    ),
    "no_knock_out": _("No criterion is a must-have: nothing excludes an account whatever its total."),
    "few_raters": _("Only %(n)s scored: with fewer than three, one person's view decides."),
}
SCORE_RULE = _(
    "Score = Σ weight × median ÷ Σ weight, over the criteria that were answered; missing is not zero. “Answered” is "
    "the share of the weight. A median below a must-have excludes, whatever the score. Raters differ where their "
    "scores are 4 or more apart."
)
CHANGE_RULE = _(
    "On the criteria that both rounds have, S(w, s) is the score with the weights w and the medians s; 0 before, 1 "
    "after. By scores: half of S(w0,s1) − S(w0,s0) + S(w1,s1) − S(w1,s0). By weights: half of S(w1,s0) − S(w0,s0) + "
    "S(w1,s1) − S(w0,s1). By criteria: what is left, from criteria that only one round has. The three add up to the "
    "change of the score."
)


def signed(change: float | None) -> str:
    """A change of a score, with its sign."""
    if change is None:
        return "–"
    rounded = round(change, 2) or 0.0  # never -0.00
    return f"{'+' if rounded > 0 else ''}{number(rounded, 2)}"


def reason_words(reason: Reason) -> str:
    """A criterion's part in a change, in one line."""
    values = {"name": reason.name, "effect": signed(reason.effect)}
    if reason.cause == "weights":
        values |= {"before": percent(reason.before, 0), "after": percent(reason.after, 0)}
        return gettext("%(name)s weighs %(before)s → %(after)s (%(effect)s)") % values
    values |= {"before": plain(reason.before), "after": plain(reason.after)}
    if reason.cause == "scores":
        return gettext("%(name)s %(before)s → %(after)s (%(effect)s)") % values
    if reason.before is None:
        return gettext("%(name)s counts newly: %(after)s (%(effect)s)") % values
    if reason.after is None:
        return gettext("%(name)s counts no longer: %(before)s (%(effect)s)") % values
    return gettext("%(name)s beside other criteria (%(effect)s)") % values
