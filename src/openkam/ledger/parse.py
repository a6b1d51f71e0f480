"""SQL that reads a person's text as a date or an exact decimal, or as nothing at all.

Each function takes the SQL of a text (trimmed, empty is NULL) and gives the SQL of a value; what cannot be read
is NULL and never an error, so one pass over the file meets every line. NaN and infinities are not numbers.
"""

from decimal import Decimal

from openkam.ledger.formats import literal
from openkam.ledger.mapping import DateOrder, DecimalMark
from openkam.ledger.schema import MONEY_SCALE

#: An amount of money as read from a file: exact to 22 decimals, up to 10^16.
AMOUNT = "DECIMAL(38, 22)"
#: Prices, quantities and discount fractions: their product is an AMOUNT without loss.
PRICE, QUANTITY, FRACTION = "DECIMAL(28, 10)", "DECIMAL(18, 4)", "DECIMAL(12, 8)"

#: Words that people and programs write where there is no value.
BLANK = r"(?i)null|none|#?n/a|na|nil|-|--|–|—|\\n"

_DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９"
_PLAIN = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
#: What 64 bits hold exactly; forty times faster to read than a wide decimal. A CASE, and not COALESCE, must choose:
#: DuckDB moves what two branches of a COALESCE share in front of it, and computes it for every row.
_SHORT = {".": r"[+-]?[0-9]{1,10}(\.[0-9]{0,8})?", ",": r"[+-]?[0-9]{1,10}(,[0-9]{0,8})?"}
_GROUPED = r"[+-]?[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]*)?"
_SLASHED = {
    "ymd": ("%y-%m-%d", "%Y-%m-%d", "%Y-%b-%d"),
    "dmy": ("%d-%m-%y", "%d-%m-%Y", "%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y", "%d%m%Y"),
    "roc": (),
    "mdy": ("%m-%d-%y", "%m-%d-%Y", "%b-%d-%y", "%b-%d-%Y", "%B-%d-%Y", "%m%d%Y"),
}


def blank(text: str) -> str:
    """Whether a text stands for "no value".

    >>> blank("t")[:40]
    "(t IS NULL OR regexp_full_match(t, '(?i)"
    """
    return f"({text} IS NULL OR regexp_full_match({text}, '{BLANK}'))"


def number(text: str, kind: str, mark: DecimalMark = ".") -> str:
    """A decimal of an SQL type; other scripts' digits, grouping, currency signs, accountants' minus are understood.

    >>> number("t", "DECIMAL(18, 4)")[:48]
    "CASE WHEN regexp_full_match(t, '[+-]?[0-9]{1,10}"
    """
    careful = f"TRY_CAST({_tidy(text, mark)} AS {kind})"
    pointed = text if mark == "." else f"replace({text}, ',', '.')"
    if mark == ".":
        careful = f"coalesce(TRY_CAST({text} AS {kind}), {careful})"
    short = f"{pointed}::DECIMAL(18, 8)::{kind}"
    return f"CASE WHEN regexp_full_match({text}, '{_SHORT[mark]}') THEN {short} ELSE {careful} END"


def rough(text: str, mark: DecimalMark = ".") -> str:
    """About the number, as a DOUBLE: only ever a guess that `units` proves right, or drops.

    >>> rough("t", ",")
    "TRY_CAST(replace(t, ',', '.') AS DOUBLE)"
    """
    pointed = text if mark == "." else f"replace({text}, ',', '.')"
    return f"TRY_CAST({pointed} AS DOUBLE)"


def finite(text: str, mark: DecimalMark = ".") -> str:
    """Whether a text that is no decimal of the ledger is a number all the same, only too large for it.

    >>> finite("t").startswith("coalesce(isfinite(")
    True
    """
    return f"coalesce(isfinite(TRY_CAST({_tidy(text, mark)} AS DOUBLE)), false)"


def _tidy(text: str, mark: DecimalMark) -> str:
    """The text with one sign in front, "." before the decimals and no grouping; NULL when it is no number."""
    ascii_digits = f"translate({text}, {literal('−' + _DIGITS)}, '-{'0123456789' * 3}')"
    bare = rf"regexp_replace({ascii_digits}, '[\s\x{{A0}}\x{{202F}}\x{{2009}}''’$€£¥₩₹]', '', 'g')"
    signed = rf"regexp_replace(regexp_replace({bare}, '^\((.*)\)$', '-\1'), '^([^-]*)-$', '-\1')"
    pointed = signed if mark == "." else f"translate({signed}, '.,', ',.')"
    return (
        f"CASE WHEN regexp_full_match({pointed}, '{_GROUPED}') THEN replace({pointed}, ',', '') "
        f"WHEN regexp_full_match({pointed}, '{_PLAIN}') THEN {pointed} END"
    )


def day(text: str, order: DateOrder = "ymd") -> str:
    """A date; ISO 8601 always, other orders as told, month names in English, 年月日, times cut off.

    Two-digit years are 1969 to 2068.

    >>> day("t")[:40]
    "CASE WHEN t LIKE '____-__-__' THEN TRY_C"
    """
    cut = rf"regexp_replace({text}, '[ T,]+[0-9]{{1,2}}:[0-9]{{2}}.*$', '')"
    dashed = rf"trim(regexp_replace({cut}, '[./年月日, ]+', '-', 'g'), '-')"
    other = f"WHEN NOT regexp_matches({dashed}, '^[0-9]{{4}}-') THEN {_minguo(dashed)} " if order == "roc" else ""
    formats = ", ".join(map(literal, (*_SLASHED[order], "%Y-%m-%d")))
    return (
        f"CASE WHEN {text} LIKE '____-__-__' THEN TRY_CAST({text} AS DATE) "
        f"WHEN NOT regexp_matches({text}, '[0-9]') THEN NULL "
        rf"WHEN regexp_matches({text}, '^[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}([ T][0-9]{{1,2}}:.*)?$') "
        f"THEN TRY_CAST({text} AS DATE) "
        f"WHEN regexp_full_match({text}, '(19|20)[0-9]{{6}}') THEN try_strptime({text}, '%Y%m%d')::DATE "
        f"{other}ELSE try_strptime({dashed}, [{formats}])::DATE END"
    )


def _minguo(dashed: str) -> str:
    """A date of the Republic of China, 113-5-1 or 1130501, with or without 民國; the year 1 is 1912."""
    bare = f"regexp_replace({dashed}, '^(中華|中华)?民[國国]-?', '')"
    compact, split = "^([0-9]{2,3})([0-9]{2})([0-9]{2})$", "^([0-9]{1,3})-([0-9]{1,2})-([0-9]{1,2})$"
    parted = rf"regexp_replace({bare}, '{compact}', '\1-\2-\3')"
    year, rest = (rf"regexp_extract({parted}, '{split}', {group})" for group in ("1", "['y', 'm', 'd']"))
    return f"TRY_CAST(TRY_CAST({year} AS INTEGER) + 1911 || '-' || ({rest}).m || '-' || ({rest}).d AS DATE)"


def units(amount: str, guess: str) -> str:
    """An AMOUNT as whole ten-thousandths, half to even; NULL when int64 cannot hold it.

    guess  SQL of a BIGINT that is probably the answer: less than half a unit away it is, and no wide division is due.

    >>> units("x", "g")[:32]
    'CASE WHEN abs(x - (g::DECIMAL(19'
    """
    near = f"abs({amount} - {exactly(guess)}) < 0.00005::{AMOUNT}"
    return f"CASE WHEN {near} THEN {guess} ELSE {half_even(amount, MONEY_SCALE)} END"


def exactly(whole: str) -> str:
    """Whole ten-thousandths as an AMOUNT.

    >>> exactly("g")
    '(g::DECIMAL(19, 0) * 0.0001::DECIMAL(4, 4))::DECIMAL(38, 22)'
    """
    return f"({whole}::DECIMAL(19, 0) * 0.0001::DECIMAL(4, 4))::{AMOUNT}"


def half_even(amount: str, scale: int) -> str:
    """An exact decimal as whole units of 10^-scale, half to even; NULL when int64 cannot hold it.

    The cast rounds half away from zero; a tie that came out odd takes one step back. (DuckDB's own `round_even`
    goes through a double: 0.01605 becomes 0.0161.)

    >>> half_even("x", 4)[:40]
    'CASE WHEN TRY(abs(x - TRY_CAST(x AS DECI'
    """
    away = f"TRY_CAST({amount} AS DECIMAL(38, {scale}))"
    whole = f"TRY_CAST(TRY({away} * {10**scale}) AS BIGINT)"
    tie = f"TRY(abs({amount} - {away}) = {Decimal(5).scaleb(-scale - 1):f})"
    return f"CASE WHEN {tie} AND {whole} % 2 <> 0 THEN {whole} - sign({whole}) ELSE {whole} END"
