"""Every code of the ledger as a sentence: what happened, what was kept, what to do."""

from django.utils.translation import gettext_lazy as _

from openkam.web.programme.words import teach

FIELDS = {
    "account": (_("Customer number"), _("The key by which your system knows the customer.")),
    "account_name": (_("Customer name"), _("Names new accounts; alone it also serves as the key.")),
    "date": (_("Date"), _("Of the invoice or the order; it decides the fiscal year.")),
    "document": (_("Invoice number"), _("With the line number it recognises lines that were imported before.")),
    "line_no": (_("Line number"), _("Within the invoice.")),
    "product": (_("Product"), _("The article's number; needed for costs per product.")),
    "quantity": (_("Quantity"), _("Units sold; negative for returns.")),
    "unit_price": (_("Price per unit"), _("Before the discount.")),
    "discount": (_("Discount"), _("Taken off quantity times price.")),
    "revenue": (_("Net revenue"), _("Of the line, after discount, without tax. Without it: quantity times price.")),
    "direct_cost": (_("Direct cost"), _("What the goods or services of the line cost you.")),
    "unit_cost": (_("Cost per unit"), _("Instead of the direct cost; multiplied by the quantity.")),
    "currency": (_("Currency"), _("Three-letter codes, where lines differ.")),
}
COLUMNS = {name: label for name, (label, _help) in FIELDS.items()} | {"row": _("Row")}

#: The file as a whole is refused.
REFUSED = {
    "empty": _("The file has no rows. Nothing was kept; export it again with its header row and its lines."),
    "too_large": _(
        "The file is larger than this server accepts (limit: %(limit)s bytes). Nothing was kept; "
        "compress it with gzip, "
        "save it as Parquet, or import it year by year."
    ),
    "expands_too_far": _(
        "The packed file grows beyond all proportion when it is unpacked. It was not read further "
        "and nothing was kept; "
        "upload it unpacked, or in parts."
    ),
    "too_many_columns": _("The file has too many columns. Nothing was kept; leave out those that no field needs."),
    "column_reserved": _(
        "A column has a name that the engine needs for itself. Nothing was kept; rename the column and upload it again."
    ),
    "too_many_rows": _("The file has too many rows. Nothing was kept; split it, for example by year."),
    "line_too_long": _(
        "A row of the file is far too long, as if a quotation mark were never closed or the "
        "delimiter were another one. "
        "Choose how the file is read, or mend the row and upload it again."
    ),
    "quote_open": _(
        "A quotation mark is opened and never closed, so the rest of the file would be one cell. "
        "Mend the file, or choose "
        "another delimiter."
    ),
    "encoding": _(
        "The file is not written in the encoding %(encoding)s: byte %(byte)s at position "
        "%(offset)s has no meaning there. "
        "Choose another encoding; the file is kept meanwhile."
    ),
    "encoding_unknown": _("This encoding is not known. Choose one from the list."),
    "delimiter_unknown": _("This delimiter cannot separate columns. Choose one from the list."),
    "binary": _(
        "This file is not a table: it is not text, nor a workbook. Nothing was kept; export CSV, XLSX or Parquet."
    ),
    "format_unknown": _("This kind of file cannot be read (%(found)s). Nothing was kept; export CSV, XLSX or Parquet."),
    "xls_legacy": _("This is a workbook of the old kind (.xls). Nothing was kept; save it as .xlsx and upload that."),
    "workbook_locked": _("The workbook is locked with a password. Nothing was kept; save it without one."),
    "workbook_hostile": _(
        "The workbook is built in a way that could exhaust the server, so it was not read. Nothing was kept; save the "
        "sheet as CSV and upload that."
    ),
    "workbook_broken": _(
        "The workbook is damaged. Nothing was kept; open it in your spreadsheet, save it again, and retry."
    ),
    "sheet_unknown": _("The workbook has no such sheet. Choose one from the list."),
    "gzip_broken": _("The packed file is damaged or incomplete. Nothing was kept; pack it again."),
    "parquet_broken": _("The Parquet file is damaged. Nothing was kept; write it again."),
    "too_many_files": _("That are more files than can be taken at once. Nothing was kept; upload at most %(limit)s."),
    "no_file": _("No file was chosen. Choose the file with your invoice lines."),
}
#: The agreement between columns and fields has a gap.
MAPPING = {
    "required": _("“%(field)s” needs a column."),
    "column_unknown": _("The file has no column “%(column)s”."),
    "column_twice": _("The column “%(column)s” is chosen twice. Each column can mean one thing."),
    "cost_twice": _("Choose either the direct cost of the line or the cost per unit, not both."),
    "discount_kind": _("Say what the discount is: a fraction, per cent, or an amount."),
    "currency": _("“%(found)s” is not a currency code. Enter three capital letters, such as EUR."),
    "join_half": _("To join the two files, choose the shared column in both."),
    "join_unknown": _("No column that both files share was found. Choose it below, or remove the second file."),
    "choice": _("“%(instead)s” would fit as well."),
    "date_order_ambiguous": _("Day and month could be the other way round; compare with the rows above."),
    "date_roc": _("These look like years of the Minguo calendar; 113 is read as 2024."),
    "decimal_mark_ambiguous": _("Point and comma could be the other way round; compare with the rows above."),
    "discount_unclear": _("It is not clear what kind of number the discount is; say it below."),
    "column_left_out": _("The column “%(column)s” holds no plain values and is left out."),
    "header_like_data": _(
        "The first row looks like data. Make sure that the file begins with the names of its columns."
    ),
}
#: What can be wrong with a line; what happens to it is said beside.
LINES = {
    "row_ragged": _("The row has more or fewer cells than the header."),
    "header_missing": _("The second file has no row for this document."),
    "too_long": _("The text is too long for a key."),
    "date_missing": _("There is no date, so the line belongs to no year."),
    "date_unparsable": _("This is not a date that can be read. If all of them fail, choose another date order."),
    "date_implausible": _("The date is before 1970 or far in the future; it may be a typing mistake."),
    "date_future": _("The date is later than today."),
    "number_unparsable": _("This is not a number that can be read. If many fail, choose another decimal mark."),
    "number_missing": _("There is no amount, and none can be worked out."),
    "overflow": _("The number is too large to be money or a quantity."),
    "currency_invalid": _("This is not a currency code of three letters."),
    "currency_without_rate": _("There is no exchange rate for this currency on that day. Add it and check again."),
    "account_missing": _("The line names no customer."),
    "account_unknown": _("The customer is not an account yet."),
    "price_zero": _("The price is zero: a sample, a gift or a mistake."),
    "quantity_negative": _("The quantity is negative: a return or a credit note."),
    "revenue_negative": _("The revenue is negative although the quantity is not."),
    "cost_missing": _("The direct cost is not known, so the profit of this account and year is not known either."),
    "already_imported": _("The same line was imported before."),
    "duplicate_line": _("The same line is in the file twice."),
    "line_changed": _("A line with this number was imported before, with other content."),
    "repeated_line": _("An identical line occurs more than once, without line numbers to tell them apart."),
}
#: The store and its engine.
STORE = {
    "not_switchable": _("For this finding there is nothing to decide. Nothing was changed."),
    "batch_exists": _("This import is stored already. Nothing was stored twice."),
    "batch_unknown": _("This import is not in the store any more. Nothing was changed."),
    "scale": _("The stored lines were written by another version (money scale %(given)s). Nothing was changed."),
    "version": _("The stored lines were written by a newer version. Nothing was changed; update OpenKAM."),
    "engine": _("The engine of the stored lines refused: %(detail)s. Nothing was changed."),
    "engine_memory": _("The server has too little memory for this file. Nothing was changed; import it in parts."),
    "engine_driver": _("The driver of the engine for the stored lines is not installed (%(missing)s)."),
    "engine_unreachable": _(
        "The engine of the stored lines does not answer (%(because)s). Nothing was changed; try later."
    ),
    "engine_unknown": _("OPENKAM_LEDGER_URL names an engine that is not known. Nothing was changed."),
    "check_gone": _("The checked lines are no longer there. Nothing was changed; check the file again."),
}
#: Answers of forms of this app.
FORMS = {
    "account_not_found": _("No account is called “%(name)s”. Choose one from the list."),
    "account_ambiguous": _("Several accounts are called “%(name)s”. Enter the external id."),
    "cost_columns": _(
        "No column for the product and the cost per unit was recognised. Name them “product” and “unit cost”."
    ),
    "row_unreadable": _("Row %(row)s cannot be read: %(text)s. Nothing was added."),
}
STEPS = {
    "opening": _("opening the file"),
    "checking": _("checking every line"),
    "storing": _("storing the lines"),
    "summarising": _("adding up accounts and years"),
    "undoing": _("taking the lines out"),
}
teach({**REFUSED, **MAPPING, **LINES, **STORE, **FORMS}, STEPS)
