"""Guess what the columns of a file mean, from their names and from what they hold; a person confirms it."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from openkam.ledger import values
from openkam.ledger.mapping import FIELDS, DecimalMark, DiscountKind, Mapping, joined_columns
from openkam.ledger.opened import Opened
from openkam.ledger.synonyms import name_score, words
from openkam.method.errors import InvalidInput

_ENOUGH = 0.45  # a weaker resemblance is no guess
_MONEY = ("quantity", "unit_price", "discount", "revenue", "direct_cost", "unit_cost")
_NAMES = ("name", "client", "customer", "account", "company", "buyer", "名稱", "名称", "客戶", "客户")
_OF_HEADERS = ("account", "account_name", "date", "currency", "document")


@dataclass(frozen=True)
class Guess:
    """A mapping to confirm; confidence per field 0..1; reasons as codes.

    Reasons: "date_order_ambiguous", "date_roc", "decimal_mark_ambiguous", "discount_unclear", "choice" (where: the
    field; values: column, instead), "join_unknown", and what `Mapping.problems` says is missing.
    """

    mapping: Mapping
    confidence: Dict[str, float] = field(default_factory=dict)
    reasons: tuple[InvalidInput, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column with the filled cells of its sample, and whether it comes from the file of headers."""

    name: str
    cells: Sequence[str]
    of_header: bool = False

    def score(self, of: str) -> float:
        """How likely the column is this field: its name, if its values allow it."""
        named = name_score(of, self.name)
        if not named or (self.of_header and of not in _OF_HEADERS):
            return 0.0
        return named * (0.9 if not self.cells else float(_allowed(of, self.cells)))


def _allowed(of: str, cells: Sequence[str]) -> bool:
    """Whether values like these may stand in the field at all."""
    if of == "date":
        return values.date_share(cells) >= 0.8
    if of == "currency":
        return values.currency_share(cells) >= 0.8
    if of in _MONEY:
        return values.number_share(cells) >= 0.8
    if of == "line_no":
        return all(cell.lstrip("0").isdigit() or cell.strip("0") == "" for cell in cells)
    if of == "account_name":
        return values.number_share(cells) < 0.5
    return values.date_share([cell for cell in cells if not cell.isdigit()]) < 0.5


def guess(opened: Opened, header: Opened | None = None) -> Guess:
    """The likeliest mapping of a file of lines, joined with a file of document headers when there is one."""
    columns, keys = _columns(opened), None
    if header is not None:
        keys = guess_join(opened, header)
        columns += _header_columns(opened, header) if keys else []
    scores = {of: {column.name: column.score(of) for column in columns} for of in FIELDS}
    by_name = {column.name: column for column in columns}
    chosen = _named_too(_chosen(scores), columns)
    found = {of: by_name[name] for of, name in chosen.items()}
    mapping, reasons = _mapping(found, keys)
    joined_keys = {joined for joined, name in _joined(opened, header) if keys and name == keys[1]}
    lost = [InvalidInput("join_unknown", "lines_key")] if header is not None and keys is None else []
    confidence = {of: round(scores[of][name] or _ENOUGH, 2) for of, name in chosen.items()}
    problems = mapping.problems(by_name)
    return Guess(mapping, confidence, (*lost, *reasons, *_choices(scores, chosen, joined_keys), *problems))


def _columns(opened: Opened) -> list[Column]:
    return [Column(name, values.filled(row[at] for row in opened.sample)) for at, name in enumerate(opened.columns)]


def _joined(lines: Opened, header: Opened | None) -> tuple[tuple[str, str], ...]:
    return joined_columns(lines.columns, header.columns) if header else ()


def _header_columns(lines: Opened, header: Opened) -> list[Column]:
    pairs = zip(_joined(lines, header), _columns(header), strict=True)
    return [Column(joined, column.cells, of_header=True) for (joined, _), column in pairs]


def _chosen(scores: Dict[str, Dict[str, float]]) -> dict[str, str]:
    """One column for a field and one field for a column, the surest first; file order decides a draw."""
    places = {name: at for at, name in enumerate(next(iter(scores.values()), {}))}
    ranked = sorted(
        ((score, of, name) for of, row in scores.items() for name, score in row.items() if score >= _ENOUGH),
        key=lambda item: (-item[0], places[item[2]], FIELDS.index(item[1])),
    )
    chosen: dict[str, str] = {}
    for _, of, name in ranked:
        if of not in chosen and name not in chosen.values():
            chosen[of] = name
    _leave_out(chosen)
    return chosen


def _named_too(chosen: dict[str, str], columns: Sequence[Column]) -> dict[str, str]:
    """Beside a customer's key, a free column called just "Name" or "Client" is the customer's name."""
    if "account" in chosen and "account_name" not in chosen:
        free = [column for column in columns if column.name not in chosen.values()]
        names = (
            column.name for column in free if words(column.name) in _NAMES and _allowed("account_name", column.cells)
        )
        if name := next(names, None):
            chosen["account_name"] = name
    return chosen


def _leave_out(chosen: dict[str, str]) -> None:
    """What another column makes needless: the line's own revenue and cost go before reckoned ones."""
    if "direct_cost" in chosen or "quantity" not in chosen:
        chosen.pop("unit_cost", None)
    if "revenue" in chosen or "unit_price" not in chosen:
        chosen.pop("discount", None)


def _choices(scores: Dict[str, Dict[str, float]], chosen: Dict[str, str], keys: set[str]) -> Iterator[InvalidInput]:
    """Fields for which another free column is nearly as likely."""
    taken = {*chosen.values(), *keys}
    for of, name in chosen.items():
        for other, score in scores[of].items():
            if other not in taken and score >= max(_ENOUGH, scores[of][name] - 0.1):
                yield InvalidInput("choice", of, column=name, instead=other)


def _mapping(found: dict[str, Column], keys: tuple[str, str] | None) -> tuple[Mapping, list[InvalidInput]]:
    reasons: list[InvalidInput] = []
    settings: dict[str, Any] = {of: column.name for of, column in found.items()}
    if "date" in found:
        settings["date_order"] = _date_order(found["date"], reasons)
    numbers = [cell for of in _MONEY if of in found for cell in found[of].cells]
    settings["decimal_mark"] = _decimal_mark(numbers, reasons)
    if "discount" in found:
        settings["discount_kind"] = _discount_kind(found["discount"], reasons)
    if keys:
        settings |= {"lines_key": keys[0], "header_key": keys[1]}
    return Mapping(**settings), reasons


def _date_order(column: Column, reasons: list[InvalidInput]) -> values.DateOrder:
    if values.roc_share(column.cells) > 0.5:
        reasons.append(InvalidInput("date_roc", "date", column=column.name))
        return "roc"
    order = values.date_order(column.cells)
    if order.ambiguous:
        reasons.append(InvalidInput("date_order_ambiguous", "date", column=column.name, read_as=order.order))
    return order.order


def _decimal_mark(cells: Sequence[str], reasons: list[InvalidInput]) -> DecimalMark:
    mark = values.decimal_mark(cells)
    if mark is None and any("." in cell or "," in cell for cell in cells):
        reasons.append(InvalidInput("decimal_mark_ambiguous", "decimal_mark"))
    return mark or "."


def _discount_kind(column: Column, reasons: list[InvalidInput]) -> DiscountKind:
    """Fraction, percent or money: from the name, the sign % and the size of the values."""
    name = words(column.name)
    numbers = [abs(number) for number in map(values.as_number, column.cells) if number is not None]
    most = max(numbers, default=0.0)
    if any("%" in cell for cell in column.cells):
        return "percent"
    if any(word in name for word in ("amount", "amt", "額", "额", "折讓", "折让")) and "率" not in name:
        return "amount"
    if not numbers or most == 0 or most > 100 or "扣率" in name or (most <= 1 and min(numbers) > 0.5):
        reasons.append(InvalidInput("discount_unclear", "discount", column=column.name))
    if most <= 1:
        return "fraction"
    return "percent" if most <= 100 else "amount"


def guess_join(lines: Opened, header: Opened) -> tuple[str, str] | None:
    """(lines_key, header_key): the columns that join lines to their headers; None when nothing fits.

    The header's key never repeats in its sample; names that agree, values that meet and names that mean
    a document count.
    """
    pairs = [(_join_score(one, other), one.name, other.name) for one in _columns(lines) for other in _columns(header)]
    best = max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))
    return (best[1], best[2]) if best[0] >= 1.3 else None


def _join_score(one: Column, other: Column) -> float:
    keys = set(other.cells)
    if not keys or len(keys) < len(other.cells) or any(values.is_date_like(cell) for cell in other.cells):
        return 0.0
    same = words(one.name) == words(other.name)
    meeting = values.share(one.cells, (cell in keys for cell in one.cells))
    document = min(name_score("document", one.name), name_score("document", other.name))
    return same + meeting + document / 2 if same or document else 0.0


@dataclass(frozen=True)
class CostColumns:
    """Columns of a table of costs per product; valid_from and valid_to where the cost changes over time."""

    product: str
    unit_cost: str
    valid_from: str | None = None
    valid_to: str | None = None
    currency: str | None = None


_FROM = (
    "start date",
    "valid from",
    "effective from",
    "effective date",
    "from",
    "生效日期",
    "開始日期",
    "开始日期",
    "起始日",
)
_TO = (
    "end date",
    "valid to",
    "valid until",
    "effective to",
    "to",
    "until",
    "失效日期",
    "結束日期",
    "结束日期",
    "截止日",
)


def guess_costs(opened: Opened) -> CostColumns | None:
    """The columns of a cost-per-product table; None when a product or a cost cannot be found."""
    columns = _columns(opened)
    product = _best(columns, "product")
    cost = _best(columns, "unit_cost") or _best(columns, "direct_cost")
    if product is None or cost is None:
        return None
    return CostColumns(product, cost, _dated(columns, _FROM), _dated(columns, _TO), _best(columns, "currency"))


def _best(columns: Sequence[Column], of: str) -> str | None:
    best = max(columns, key=lambda column: column.score(of))
    return best.name if best.score(of) >= _ENOUGH else None


def _dated(columns: Sequence[Column], names: Sequence[str]) -> str | None:
    return next(
        (
            column.name
            for name in names
            for column in columns
            if words(column.name) == name and (not column.cells or values.date_share(column.cells) >= 0.8)
        ),
        None,
    )
