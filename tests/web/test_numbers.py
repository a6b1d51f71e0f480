"""Numbers on pages are written as Babel writes them, in each language."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal, format_percent
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from openkam.web.programme.templatetags.words import exact, locale, number, percent, plain

amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6)
languages = st.sampled_from(["en", "zh-hant", "zh-hans"])


@given(value=amounts | st.integers(-(10**18), 10**18), places=st.integers(0, 4), language=languages)
def test_a_number_is_written_as_babel_writes_it(value, places, language):
    with translation.override(language):
        pattern = "#,##0." + "0" * places if places else "#,##0"
        assert number(value, places) == format_decimal(value, pattern, locale=locale())
        assert exact(value) == format_decimal(value, "#,##0.00##", locale=locale())
        assert plain(value) == format_decimal(value, "#,##0.####", locale=locale())


@given(value=amounts, places=st.integers(0, 3), language=languages)
def test_a_percentage_is_written_as_babel_writes_it(value, places, language):
    with translation.override(language):
        pattern = "#,##0." + "0" * places + "%" if places else "#,##0%"
        assert percent(value, places) == format_percent(value, pattern, locale=locale())


@pytest.mark.parametrize(("value", "text"), [(0.125, "12.5%"), (Decimal("-0.0004"), "-0.0%"), (1e-9, "0.0%")])
def test_a_ratio_may_be_a_float(value, text):
    assert percent(value) == text


@pytest.mark.parametrize("write", [number, exact, plain, percent])
def test_what_is_missing_is_a_dash_and_never_a_zero(write):
    assert write(None) == "–"
