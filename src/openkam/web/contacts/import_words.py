"""Refusals and steps of an import of people as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "people_columns": _("The file needs a column for the name. Choose it below."),
    "people_column_twice": _("“%(column)s” is chosen twice."),
    "people_rows": _("The file holds %(rows)s people; at most %(most)s can be imported at once."),
    "people_file_missing": _("Choose a file first."),
    "people_file_gone": _("The uploaded file is no longer here. Upload it again."),
    "people_file_large": _("The file is larger than %(most)s MB. Export fewer people, or cards without pictures."),
    "people_file_empty": _("There is nobody in this file."),
    "row_account_missing": _("no account is named; import from the account's page, or choose the column that names it"),
    "row_account_unknown": _("no account of yours is called “%(value)s”"),
    "row_account_ambiguous": _("several accounts of yours are called “%(value)s”"),
    "row_email": _("“%(value)s” is not an e-mail address; the rest of the row was used"),
    "row_function": _("“%(value)s” names no function that we know; choose it on the person's page"),
    "row_level": _("“%(value)s” names no level that we know; choose it on the person's page"),
    "row_person_ambiguous": _("several people there are called “%(value)s”; give an e-mail or an external id"),
    "row_person_twice": _("the same person as row %(first)s"),
    "row_works_elsewhere": _(
        "“%(name)s” is known at “%(account)s”, and the row says “%(other)s”. Nothing was changed; import again "
        "and tick that they have moved, if they have"
    ),
    "row_boss_unknown": _("the superior “%(value)s” is not known there"),
    "row_boss_ambiguous": _("several people there are called “%(value)s”, so the superior is not clear"),
    "row_boss_circle": _("“%(value)s” cannot be the superior: the file lets both report to each other, in a circle"),
}
STEPS = {"people_reading": _("reading the file"), "people_writing": _("writing people")}
