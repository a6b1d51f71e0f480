"""Ctrl K finds accounts, pages, actions and people by any part of their name."""

from typing import Any

import pytest
from django.test import Client

from openkam.web.accounts.models import Account
from openkam.web.accounts.search import index_accounts
from openkam.web.people.models import User
from openkam.web.programme.finder import PLACES, find

HTMX = {"HX-Request": "true"}


@pytest.fixture
def found_acme(acme: Account) -> Account:
    index_accounts([acme])
    return acme


def names(text: str, user: User) -> list[str]:
    return [hit.name for hit in find(text, user)]


def test_every_place_that_is_found_opens(as_: Any, diana: User, vera: User) -> None:
    for person in (diana, vera):
        client = as_(person)
        assert {client.get(hit.url).status_code for hit in find("", person)} == {200}
    assert len(find("", diana)) == len(PLACES)


def test_a_stranger_searches_nothing(client: Client, db: None) -> None:
    assert client.get("/search/?q=a").status_code == 302


@pytest.mark.parametrize("text", ["acme", "台積", "台", "CME 台"])
def test_an_account_is_found_by_any_part_in_any_script(as_: Any, olga: User, found_acme: Account, text: str) -> None:
    part = as_(olga).get("/search/", {"q": text}, headers=HTMX).content.decode()
    assert f'href="/accounts/{found_acme.pk}/"' in part
    assert "<html" not in part


def test_without_javascript_the_answer_is_a_page(as_: Any, vera: User, found_acme: Account) -> None:
    whole = as_(vera).get("/search/", {"q": "acme"}).content.decode()
    assert "<h1" in whole
    assert f'href="/accounts/{found_acme.pk}/"' in whole


def test_an_account_of_others_is_not_found(diana: User, stranger: User, found_acme: Account) -> None:
    assert names("acme", stranger) == []
    assert names("acme", diana) == ["Acme 台積"]


def test_pages_and_people_are_found_by_those_who_may_open_them(diana: User, tim: User) -> None:
    assert names("peopl", diana) == ["People"]
    assert names("peopl", tim) == []
    assert "Tim" in names("tim", diana)
    assert "Tim" not in names("tim", tim)


def test_an_empty_search_lists_the_pages(tim: User) -> None:
    hits = find("", tim)
    assert "Home" in [hit.name for hit in hits]
    assert not {"People", "Settings", "Ledger"} & {hit.name for hit in hits}


def test_nothing_found_is_said_and_escaped(as_: Any, tim: User) -> None:
    part = as_(tim).get("/search/", {"q": "<b>x"}, headers=HTMX).content.decode()
    assert "Nothing is called “&lt;b&gt;x”." in part


def test_a_very_long_or_odd_text_is_no_error(as_: Any, tim: User) -> None:
    for text in ("x" * 5_000, "\x00", "%", "'\"", "   "):
        assert as_(tim).get("/search/", {"q": text}).status_code == 200
