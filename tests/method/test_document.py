import importlib
import json
import pkgutil
from decimal import Decimal

import pytest

import openkam.method
from openkam.method.document import Currency, Money, Name, Notice, Strict, read
from openkam.method.errors import InvalidInput


class Cell(Strict):
    name: Name = "x"
    amount: Money | None = None
    ratio: float = 0.0
    currency: Currency = "EUR"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", float("nan"), float("inf")])
def test_not_a_number_as_money_is_refused_with_its_place(value):
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"amount": value})
    assert (error.value.code, error.value.where) == ("finite_number", "/amount")


def test_not_a_number_in_json_text_is_refused():
    with pytest.raises(InvalidInput):
        read(Cell, '{"ratio": NaN}')


def test_an_empty_text_is_not_an_amount():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"amount": ""})
    assert error.value.code == "decimal_parsing"


def test_a_truth_value_is_not_an_amount():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"amount": True})
    assert (error.value.code, error.value.where) == ("truth_value_as_number", "/amount")


def test_an_amount_finer_than_the_ledger_keeps_is_refused():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"amount": "1.00001"})
    assert error.value.code == "decimal_max_places"


def test_an_amount_beyond_the_ledger_is_refused():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"amount": "1e30"})
    assert error.value.code == "less_than_equal"


@pytest.mark.parametrize("amount", ["1e999999", "-1e999999", "1e-999999", "9" * 5000, 10**400, 1e300])
def test_an_absurd_amount_is_refused_and_not_computed(amount):
    with pytest.raises(InvalidInput):
        read(Cell, {"amount": amount})


def test_an_unknown_key_is_refused_and_mistakes_are_counted():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"colour": "red", "ratio": "no"})
    assert error.value.values["mistakes"] == 2


def test_a_slash_in_a_key_is_escaped_in_the_json_pointer():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"a/b~c": 1})
    assert error.value.where == "/a~1b~0c"


def test_a_nul_character_is_refused():
    with pytest.raises(InvalidInput) as error:
        read(Cell, {"name": "a\x00b"})
    assert error.value.code == "nul_character"


@pytest.mark.parametrize("name", ["x" * 500, "شركة الاتصالات", "🦄🇹🇼", "戰略大客戶"])
def test_long_and_foreign_names_pass_unchanged(name):
    assert read(Cell, Cell(name=name).model_dump_json()).name == name


def test_a_document_cannot_change_after_it_was_read():
    with pytest.raises(ValueError, match="frozen"):
        Cell().name = "y"  # type: ignore[misc]


def test_money_keeps_its_decimals_through_json():
    cell = Cell(amount=Decimal("12.3400"))
    assert json.loads(cell.model_dump_json())["amount"] == "12.3400"
    assert read(Cell, cell.model_dump_json()) == cell


def test_a_notice_is_plain_data():
    assert Notice(code="missing_cost", where="/years/0").model_dump() == {
        "code": "missing_cost",
        "where": "/years/0",
        "values": {},
    }


TOOLS = [
    module
    for info in pkgutil.iter_modules(openkam.method.__path__, "openkam.method.")
    if hasattr(module := importlib.import_module(info.name), "EXAMPLE")
]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__.rpartition(".")[2])
def test_every_tool_has_a_schema_and_an_example_that_evaluates_and_survives_json(tool):
    document = read(tool.Document, tool.EXAMPLE)
    assert read(tool.Document, document.model_dump_json()) == document
    result = tool.evaluate(document)
    assert json.loads(result.model_dump_json())
    assert tool.Document.model_json_schema()["additionalProperties"] is False
    assert tool.Result.model_json_schema()["additionalProperties"] is False
