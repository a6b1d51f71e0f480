"""Codes of the portfolio's methods and refusals as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "not_an_amount": _("“%(text)s” is not an amount."),
    "amount_too_large": _("“%(text)s” is too large."),
    "cell_from_ledger": _("%(year)s has invoices in the ledger; its figures cannot be typed."),
    "cell_taken": _(
        "%(who)s changed this to %(theirs)s meanwhile. Your %(yours)s was not saved; "
        "type it again if it should replace theirs."
    ),
    "assumption_taken": _("Somebody changed this text meanwhile, to: %(theirs)s. Yours was not saved."),
    "missing_year": _("No figures are known."),
    "missing_revenue": _("Revenue is not known."),
    "missing_cost": _("A cost is not known, so net income is not known either."),
    "negative_revenue": _("Revenue is negative: credits were larger than sales."),
    "negative_net_income": _("The account costs more than it brings."),
    "fell_back_to_base": _("Some figures are missing in this scenario; the base scenario's are used."),
    "growth_undefined": _("Growth needs revenue above zero in the first and the last year."),
    "forecast_without_assumption": _("A forecast without an assumption: what does it rest on?"),
    "clipped_at_zero": _("The trend falls below zero there; zero was taken."),
}
