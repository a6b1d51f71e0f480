"""The page speaks the language that was chosen, or the one the browser asks for."""

from typing import Any

import pytest
from django.test import Client

from openkam.web.people.models import User

LOGIN = "/auth/login/"


def language_of(response: Any) -> str:
    page = response.content.decode()
    return str(page.split('<html lang="')[1].split('"')[0])


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh;q=0.9, fr;q=0.2", "zh-Hans"),
        ("ZH-tw", "zh-Hant"),
        ("de-DE,de;q=0.9,zh-TW;q=0.1", "zh-Hant"),
        ("de-DE,de", "en"),
        ("en-GB,zh-TW;q=0.5", "en"),
        ("", "en"),
        (";;;q=x,,zh-", "en"),
    ],
)
def test_a_browser_is_answered_in_its_language(client: Client, db: None, asked: str, spoken: str) -> None:
    assert language_of(client.get(LOGIN, headers={"Accept-Language": asked})) == spoken


def test_the_switch_on_the_sign_in_page_is_remembered_by_the_browser(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "zh-hant", "next": LOGIN})
    assert response["Location"] == LOGIN
    assert language_of(client.get(LOGIN, headers={"Accept-Language": "en"})) == "zh-Hant"


def test_a_persons_choice_follows_them_to_another_browser(as_: Any, olga: User) -> None:
    as_(olga).post("/language/", {"language": "zh-hans", "next": "/"})
    assert language_of(as_(olga).get("/programme/me/", headers={"Accept-Language": "en"})) == "zh-Hans"


def test_a_chosen_browser_language_beats_the_persons(as_: Any, olga: User) -> None:
    olga.language = "zh-hant"
    olga.save()
    client = as_(olga)
    assert language_of(client.get("/programme/me/")) == "zh-Hant"
    client.cookies["django_language"] = "en"
    assert language_of(client.get("/programme/me/")) == "en"


def test_asking_for_the_browsers_language_forgets_the_cookie(as_: Any, olga: User) -> None:
    client = as_(olga)
    client.post("/language/", {"language": "zh-hant", "next": "/"})
    client.post("/programme/me/", {"name": "Olga", "language": ""})
    assert language_of(client.get("/programme/me/", headers={"Accept-Language": "en"})) == "en"


def test_an_unknown_language_changes_nothing(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "tlh", "next": "/auth/login/"})
    assert not response.cookies
    assert client.get("/language/").status_code == 405


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"
