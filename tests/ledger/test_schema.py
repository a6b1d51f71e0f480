"""Units of the ledger: whole ten-thousandths, half to even, never a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.ledger.schema import INT64_MAX, LINES, LINES_IBIS, from_units, to_units
from openkam.method.errors import InvalidInput


@given(st.integers(-INT64_MAX, INT64_MAX))
def test_units_survive_the_way_out_and_back(units):
    assert to_units(from_units(units)) == units


@pytest.mark.parametrize(
    ("amount", "units"), [("0.00005", 0), ("0.00015", 2), ("-0.00005", 0), ("-0.00015", -2), ("1e3", 10_000_000)]
)
def test_a_tie_goes_to_the_even_neighbour(amount, units):
    assert to_units(amount) == units


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("NaN", "number_unparsable"),
        ("Infinity", "number_unparsable"),
        ("x", "number_unparsable"),
        ("1e30", "overflow"),
        (Decimal("922337203685477.5808"), "overflow"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_code(amount, code):
    with pytest.raises(InvalidInput) as error:
        to_units(amount)
    assert error.value.code == code


def test_the_two_schemas_name_the_same_columns():
    assert tuple(LINES.names) == LINES_IBIS.names
