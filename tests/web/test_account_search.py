"""The search index gives the answer that reading every name would give."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openkam.web.accounts.actions import add_key, create_account
from openkam.web.accounts.models import Account, AccountSearch
from openkam.web.accounts.search import SEPARATOR, fold, index_accounts, rebuild_index, tokens

pytestmark = pytest.mark.django_db

NAMES = [
    "Acme Holdings",
    "ACME ﬁnance",
    "台積電 (TSMC)",
    "臺灣積體電路製造",
    "株式会社トヨタ",
    "שלום בע״מ",
    "شركة النور",
    "Straße & Söhne GmbH",
    "👩‍🔬 Labs",
    "100% [pure] \"quoted\" 'n' \\slash_",
    "a",
]
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(SIGNS | st.sampled_from("aAbBé ß台積ﬁİ%_\"'*-().👩‍🔬"), min_size=1, max_size=12)


def slowly(text: str) -> set[str]:
    """Every name that holds a text, read one by one."""
    return {name for name in Account.objects.values_list("name", flat=True) if fold(text) in fold(name)}


def names_found(text: str) -> set[str]:
    return set(Account.objects.search(text).values_list("name", flat=True))


def accounts(names: list[str]) -> list[Account]:
    made = Account.objects.bulk_create(Account(name=name) for name in names)
    index_accounts(made)
    return made


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("acme h", "Acme Holdings"),
        ("FINANCE", "ACME ﬁnance"),
        ("積", "台積電 (TSMC)"),
        ("積體電", "臺灣積體電路製造"),
        ("ﾄﾖﾀ", "株式会社トヨタ"),
        ("שלום", "שלום בע״מ"),
        ("النور", "شركة النور"),
        ("STRASSE", "Straße & Söhne GmbH"),
        ("👩‍🔬", "👩‍🔬 Labs"),
        ("👩", "👩‍🔬 Labs"),
        ("%", "100% [pure] \"quoted\" 'n' \\slash_"),
        ('"q', "100% [pure] \"quoted\" 'n' \\slash_"),
        ("  labs ", "👩‍🔬 Labs"),
        ("a", "a"),
    ],
)
def test_any_part_in_any_script_finds_the_name(text: str, name: str) -> None:
    accounts(NAMES)
    assert name in names_found(text)
    assert names_found(text) == slowly(text)


@given(names=st.lists(TEXT, min_size=1, max_size=6), text=TEXT, data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_equals_reading_every_name(db: None, names: list[str], text: str, data: Any) -> None:
    Account.objects.all().delete()
    accounts(names)
    part = data.draw(st.sampled_from(names))
    start = data.draw(st.integers(0, len(part) - 1))
    for wanted in (text, part, part[start : start + 2], part[start:]):
        assert names_found(wanted) == slowly(wanted)


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert SEPARATOR not in fold(text)


@given(TEXT)
def test_tokens_are_plain_letters_and_digits(text: str) -> None:
    assert all(token.isascii() and token.isalnum() for token in tokens(fold(text)).split())


def test_nothing_to_look_for_finds_all() -> None:
    accounts(["a", "b"])
    assert names_found("  ") == {"a", "b"}


def test_a_renamed_account_is_found_by_its_new_name_only() -> None:
    account = create_account(by=None, name="Before 一")
    Account.objects.filter(pk=account.pk).update(name="After 二")
    index_accounts([account.pk])
    assert not names_found("一")
    assert names_found("二") == {"After 二"}


def test_an_account_is_found_by_its_external_id_and_its_keys() -> None:
    account = create_account(by=None, name="Acme", external_id="SF-0015")
    add_key(account, key="客戶-77", by=None)
    assert names_found("f-001") == names_found("戶-7") == {"Acme"}


def test_a_part_never_spans_two_fields() -> None:
    create_account(by=None, name="Acme", external_id="Zed")
    assert not names_found("acmezed")
    assert not names_found("acme zed")


def test_a_very_long_search_is_still_exact() -> None:
    name = "".join(chr(0x4E00 + n) for n in range(500))
    accounts([name])
    assert names_found(name) == {name}
    assert not names_found(name + "不")


def test_search_for_a_zero_byte_is_no_error() -> None:
    accounts(["a"])
    assert names_found("a\x00") == {"a"}


def test_rebuilding_finds_accounts_that_were_never_indexed() -> None:
    Account.objects.create(name="Hidden 隱")
    assert not names_found("隱")
    assert rebuild_index() == 1
    assert names_found("隱") == {"Hidden 隱"}


def test_a_deleted_account_leaves_nothing_to_find() -> None:
    accounts(["gone"])[0].delete()
    assert not AccountSearch.objects.exists()
    assert not names_found("gone")


def test_search_reads_the_index_and_not_every_account() -> None:
    accounts(NAMES)
    plan = Account.objects.search("積體電").explain()
    assert "VIRTUAL TABLE INDEX" in plan if connection.vendor == "sqlite" else "Scan" in plan
