import pytest
from pydantic import ValidationError

from openkam.ledger.mapping import FIELDS, Mapping, joined_columns

COLUMNS = ["customer", "day", "qty", "price", "off", "net", "cost", "each"]
WHOLE = Mapping(account="customer", date="day", revenue="net")


def codes(mapping: Mapping) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in mapping.problems(COLUMNS)]


def test_an_empty_mapping_misses_what_every_ledger_needs():
    assert codes(Mapping()) == [("required", "account"), ("required", "date"), ("required", "revenue")]


def test_a_name_will_do_for_the_account_and_quantity_times_price_for_revenue():
    assert codes(WHOLE) == []
    assert codes(Mapping(account_name="customer", date="day", quantity="qty", unit_price="price")) == []
    assert codes(Mapping(account_name="customer", date="day", quantity="qty")) == [("required", "revenue")]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"product": "sku"}, ("column_unknown", "product")),
        ({"quantity": "net"}, ("column_twice", "revenue")),
        ({"direct_cost": "cost", "unit_cost": "each", "quantity": "qty"}, ("cost_twice", "unit_cost")),
        ({"unit_cost": "each"}, ("required", "quantity")),
        ({"discount": "off"}, ("discount_kind", "discount")),
        ({"lines_key": "net"}, ("join_half", "header_key")),
        ({"header_key": "net"}, ("join_half", "lines_key")),
        ({"default_currency": "euro"}, ("currency", "default_currency")),
    ],
)
def test_each_mistake_has_its_code_and_place(change, problem):
    assert codes(WHOLE.model_copy(update=change)) == [problem]


def test_a_mapping_is_frozen_and_knows_no_other_field():
    with pytest.raises(ValidationError):
        Mapping(colour="red")
    with pytest.raises(ValidationError):
        WHOLE.account = "x"
    assert Mapping.model_validate_json(WHOLE.model_dump_json()) == WHOLE
    assert set(FIELDS) <= set(Mapping.model_fields)


def test_columns_of_both_files_keep_apart():
    assert joined_columns(["id", "Id (2)"], ["ID", "x", "X"]) == (("ID (3)", "ID"), ("x", "x"), ("X (2)", "X"))
