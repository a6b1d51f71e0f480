"""Sentences for the codes of cost to serve and share of wallet."""

from django.utils.translation import gettext_lazy as _

from openkam.web.programme.words import teach

PROBLEMS = {
    "no_cost_pools": _("This year has no resource pool yet. Add one to the model first."),
    "no_activities": _("The model has no activity yet. Say what the pools do, and what counts it."),
    "drivers_not_counted": _(
        "Nobody's count of these drivers is known: %(drivers)s. Enter counts (0 is a count), "
        "or take the activities out of the model."
    ),
    "over_capacity": _(
        "%(name)s did %(over_minutes)s minutes more than it can: its capacity, its minutes or the counts are wrong."
    ),
    "no_revenue_to_share_by": _("No account has revenue in this year, so nothing can be shared by it."),
    "no_total_to_share": _("Enter the indirect cost that is to be shared."),
    "no_account_column": _(
        "No column names the account. Call one “account”, “key” or “external id”. Found: %(columns)s."
    ),
    "no_driver_column": _("Besides the account there is no column with counts. Found: %(columns)s."),
    "account_unknown": _("Row %(row)s: no account is called “%(account)s”, or more than one is."),
    "year_unreadable": _("Row %(row)s: “%(year)s” is no fiscal year."),
    "driver_missing": _("Row %(row)s: the driver is missing."),
    "count_unreadable": _("Row %(row)s: “%(count)s” is no count. Counts are numbers from zero up."),
    "count_twice": _("Row %(row)s: %(account)s has two different counts of %(driver)s."),
    "spend_missing": _("Row %(row)s: the customer's spend is missing or no amount: “%(spend)s”."),
    "sales_unreadable": _("Row %(row)s: “%(sales)s” is no amount of our sales."),
    "probability_unreadable": _("Row %(row)s: “%(probability)s” is no probability from 0 to 100 %%."),
    "spend_twice": _("Row %(row)s: %(account)s and this offering stand in the file twice."),
    "no_spend_column": _("No column holds the customer's spend. Call one “spend” or “potential”. Found: %(columns)s."),
}
STEPS = {
    "costs_counting": _("reading the counts"),
    "costs_reckoning": _("reckoning minutes and cost"),
    "costs_writing": _("writing cost to serve"),
}
teach(PROBLEMS, STEPS)
