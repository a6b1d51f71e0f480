"""Refusals of this app as sentences."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "parent_circle": _(
        "“%(name)s” belongs to this account already, directly or through others; choose another parent."
    ),
    "currency_code": _("“%(value)s” is not a currency code of three letters, such as EUR."),
    "orientation_reason_missing": _("Say why, in a sentence: an orientation without its reason cannot be questioned."),
    "status_is_decided": _(
        "Key accounts are named, and deselected, on the account's “Decisions” page, with the reason."
    ),
    "changed_meanwhile": _(
        "Somebody changed this while you were typing; it is now “%(value)s”. Nothing was saved. Check, then save again."
    ),
    "same_account": _("An account cannot be merged into itself."),
    "merge_below": _("“%(name)s” stands above this account; merge the other way round."),
    "merge_keys_moved": _("The ledger keys of this merge have moved on since; it can no longer be separated."),
    "merge_external_id_taken": _("Another account has the external id “%(value)s” by now."),
    "account_columns": _("The file needs a column for the name. Choose it below."),
    "account_column_twice": _("“%(column)s” is chosen twice."),
    "account_rows": _("The file has %(rows)s rows; at most %(most)s can be imported at once."),
    "account_file_missing": _("Choose a file first."),
    "account_file_gone": _("The uploaded file is no longer here. Upload it again."),
    "row_name_missing": _("no name"),
    "row_too_long": _("%(field)s is longer than %(most)s signs"),
    "row_name_ambiguous": _("several accounts are called “%(value)s”, and the row has no external id"),
    "row_twice": _("the same account as row %(first)s"),
    "row_owner_unknown": _("nobody here is called “%(value)s”"),
    "row_owner_ambiguous": _("several people are called “%(value)s”"),
    "row_parent_unknown": _("no account has the external id “%(value)s”"),
    "row_parent_circle": _("under “%(value)s” the account would belong to itself"),
    "row_status_unknown": _("“%(value)s” is not a status"),
    "row_currency": _("“%(value)s” is not a currency code"),
    "row_key_taken": _("the ledger key “%(value)s” belongs to another account"),
}
STEPS = {"accounts_reading": _("reading the file"), "accounts_writing": _("writing accounts")}
