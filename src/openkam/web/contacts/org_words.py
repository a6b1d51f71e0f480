"""Refusals of the org chart as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "reports_to_self": _("“%(name)s” cannot report to themselves."),
    "superior_gone": _("One of the two works there no more. Nothing was changed."),
}
