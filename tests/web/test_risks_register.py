"""The risk grid: what stands where, what that asks for, who may place it, and what a second editor is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from tests.web.risk_fixtures import moved, project, risk

from openkam.web.accounts.merging import merge
from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.plans.models import Label, Risk
from openkam.web.plans.register import read_register
from openkam.web.plans.words import PROMPTS
from openkam.web.programme.models import Event

pytestmark = pytest.mark.django_db

LEVELS = ("low", "medium", "high")


def said(client: Any, address: str, **query: Any) -> str:
    return client.get(address, query).content.decode()


def risks_of(account: Account) -> str:
    return f"/accounts/{account.pk}/risks/"


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("low high", "Fix before launch"),
        ("medium high", "Significant risk"),
        ("high high", "Showstopper"),
        ("low medium", "Proceed with caution"),
        ("medium medium", "Fix before launch"),
        ("high medium", "Significant risk"),
        ("low low", "Proceed with caution"),
        ("medium low", "Proceed with caution"),
        ("high low", "Fix before launch"),
    ],
)
def test_the_decks_nine_labels_stand_in_its_grid(place: str, label: str, acme: Account, olga: User) -> None:
    one = risk(acme, "Flood", place, by=olga)
    (row,) = read_register([one], user=olga).rows
    assert row.current.label == label
    impact, _, probability = place.partition(" ")
    cells = {(cell.impact, cell.probability): cell for _l, _a, cells in read_register([one], user=olga).grid
             for cell in cells}  # fmt: skip
    assert [cell.label.label for cell in cells.values() if cell.rows] == [label]
    assert cells[impact, probability].rows


def test_the_grid_reads_from_high_probability_down_and_to_high_impact(acme: Account, olga: User) -> None:
    grid = read_register([], user=olga).grid
    assert [level for level, _anchor, _cells in grid] == ["high", "medium", "low"]
    assert [cell.impact for cell in grid[0][2]] == list(LEVELS)
    assert grid[0][2][2].label == Label.SHOWSTOPPER


def test_the_prompts_are_the_decks_21_and_five_of_key_account_management() -> None:
    counts = {family: len(prompts) for family, prompts in PROMPTS.items()}
    assert counts.pop("kam") == 5
    assert list(counts.values()) == [4, 4, 4, 5, 4]


def test_a_prompt_begins_the_risks_name_and_family(acme: Account, as_: Any, tim: User) -> None:
    page = said(as_(tim), f"{risks_of(acme)}new/", prompt="scope_changes")
    assert 'value="Scope changes"' in page
    assert '<option value="technical" selected>' in page


def test_a_prompt_chosen_on_the_form_keeps_everything_that_was_typed(acme: Account, as_: Any, olga: User) -> None:
    typed = {"title": "  ", "what": "They may go", "family": "kam", "due_on": "2027-02-03", "plan": "Meet <them>"}
    typed |= {"owner": str(olga.pk), "at_stake": "12.50x", "chance": "7", "inherent_impact": "high"}
    answer = as_(olga).post(f"{risks_of(acme)}new/", typed | {"begin": "scope_changes"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Risk.objects.exists()
    assert 'class="errorlist"' not in page
    for kept in ("They may go</textarea>", "Meet &lt;them&gt;</textarea>", 'value="2027-02-03"', 'value="12.50x"'):
        assert kept in page
    assert all(f'<option value="{value}" selected>' in page for value in ("technical", "high", olga.pk))
    assert all(f'value="{value}"' in page for value in ("Scope changes", "7"))
    assert 'name="prompt" value="scope_changes"' in page


def test_a_prompt_does_not_rename_a_risk_that_has_a_name_of_its_own(acme: Account, as_: Any, olga: User) -> None:
    typed = {"title": "They leave", "family": "kam", "prompt": "payment", "begin": "scope_changes"}
    page = as_(olga).post(f"{risks_of(acme)}new/", typed).content.decode()
    assert 'value="They leave"' in page
    assert '<option value="kam" selected>' in page
    assert 'name="prompt" value="scope_changes"' in page


def test_a_second_prompt_takes_the_place_of_the_first(acme: Account, as_: Any, olga: User) -> None:
    typed = {"title": "Payment", "family": "kam", "prompt": "payment", "begin": "scope_changes"}
    page = as_(olga).post(f"{risks_of(acme)}new/", typed).content.decode()
    assert 'value="Scope changes"' in page
    assert '<option value="technical" selected>' in page


@pytest.mark.parametrize("text", ["", "x" * 500, "\x00", "payment\x00"])
def test_a_prompt_that_is_none_keeps_what_was_typed(text: str, acme: Account, as_: Any, olga: User) -> None:
    answer = as_(olga).post(f"{risks_of(acme)}new/", {"title": "Mine", "owner": "²", "begin": text})
    assert answer.status_code == 200
    assert 'value="Mine"' in answer.content.decode()


def test_a_contributor_writes_a_risk_and_places_it(acme: Account, as_: Any, tim: User) -> None:
    typed = {"title": "  They  leave ", "family": "kam", "prompt": "payment", "plan": "Meet", "chance": "70"}
    places = {"inherent_impact": "high", "inherent_probability": "low"}
    assert as_(tim).post(f"{risks_of(acme)}new/", typed | places).status_code == 302
    one = Risk.objects.get()
    assert (one.title, one.chance, one.inherent_impact, one.account) == ("They leave", Decimal("0.7"), "high", acme)
    page = said(as_(tim), risks_of(acme))
    assert "They leave" in page
    assert "Fix before launch" in page


def test_expected_loss_is_probability_times_money_and_its_probability_is_named(acme: Account, olga: User) -> None:
    by_band = risk(acme, "Flood", "high medium", by=olga, at_stake=Decimal(250_000))
    typed = risk(acme, "Fire", "high medium", by=olga, at_stake=Decimal(1_000), chance=Decimal("0.5"))
    rows = {row.risk.pk: row for row in read_register([by_band, typed], user=olga).rows}
    assert (rows[by_band.pk].loss, rows[by_band.pk].rated.probability_from) == (100_000, "band")
    assert (rows[typed.pk].loss, rows[typed.pk].rated.probability_from) == (500, "typed")


def test_a_card_moves_before_measures_and_again_after_them(acme: Account, as_: Any, tim: User) -> None:
    one = risk(acme, "Flood", by=tim)
    client = as_(tim)
    client.post(f"/risks/{one.pk}/place/", moved(one, "high high", stand="after"))
    one.refresh_from_db()
    assert (one.inherent_impact, one.residual_impact) == ("high", "")
    client.post(f"/risks/{one.pk}/place/", moved(one, "high low", stand="after"))
    one.refresh_from_db()
    assert (one.inherent_probability, one.residual_probability) == ("high", "low")
    page = said(client, risks_of(acme), stand="after")
    assert f"{one.pk} ↓" in page
    assert "stood here before its measures" in page


def test_two_people_moving_one_card_are_told_and_nothing_is_overwritten(
    acme: Account, as_: Any, tim: User, olga: User
) -> None:
    one = risk(acme, "Flood", by=tim)
    seen = moved(one, "low low")
    as_(olga).post(f"/risks/{one.pk}/place/", moved(one, "high high"))
    response = as_(tim).post(f"/risks/{one.pk}/place/", seen, follow=True)
    assert "Olga changed “Flood” meanwhile" in response.content.decode()
    one.refresh_from_db()
    assert one.inherent_impact == "high"


def test_a_second_editor_reads_what_the_first_one_saved(acme: Account, as_: Any, tim: User, olga: User) -> None:
    one = risk(acme, "Flood", by=tim)
    first, second = as_(olga), as_(tim)
    page = second.get(f"/risks/{one.pk}/edit/")
    seen = page.context["form"]["seen"].value()
    theirs = first.get(f"/risks/{one.pk}/edit/").context["form"]["seen"].value()
    first.post(f"/risks/{one.pk}/edit/", {"title": "Deluge", "family": "planning", "seen": theirs})
    mine = {"title": "Flood in spring", "family": "planning", "seen": seen}
    refused = second.post(f"/risks/{one.pk}/edit/", mine)
    assert refused.status_code == 422
    assert "it is now “Deluge”" in refused.content.decode()
    one.refresh_from_db()
    assert (one.title, one.version) == ("Deluge", 2)
    again = {**mine, "seen": refused.context["form"]["seen"].value()}
    assert second.post(f"/risks/{one.pk}/edit/", again).status_code == 302
    one.refresh_from_db()
    assert one.title == "Flood in spring"


@pytest.mark.parametrize("place", ["extreme low", "low ", " ", "HIGH low", "😀 low"])
def test_an_unknown_level_is_refused_in_a_sentence(place: str, acme: Account, as_: Any, tim: User) -> None:
    one = risk(acme, "Flood", by=tim)
    response = as_(tim).post(f"/risks/{one.pk}/place/", moved(one, place), follow=True)
    assert "is not a level" in response.content.decode()
    one.refresh_from_db()
    assert one.inherent_impact == ""


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"title": "n" * 501},
        {"family": "unknown"},
        {"at_stake": "-1"},
        {"at_stake": "NaN"},
        {"at_stake": "1e400"},
        {"at_stake": "9" * 30},
        {"chance": "101"},
        {"due_on": "2026-02-31"},
        {"inherent_impact": "high"},
        {"inherent_impact": "extreme", "inherent_probability": "low"},
    ],
)
def test_what_makes_no_sense_is_refused(typed: dict[str, str], acme: Account, as_: Any, olga: User) -> None:
    response = as_(olga).post(f"{risks_of(acme)}new/", {"title": "Flood", "family": "planning", **typed})
    assert response.status_code == 422
    assert not Risk.objects.exists()


@pytest.mark.parametrize(
    "title", ["n" * 500, "😀 \u202eمرحبا", "'\"; DROP TABLE x; --<script>alert(1)</script>", "風險"]
)
def test_any_name_is_shown_as_it_was_typed(title: str, acme: Account, as_: Any, olga: User) -> None:
    client = as_(olga)
    client.post(f"{risks_of(acme)}new/", {"title": title, "family": "planning", "inherent_impact": "low",
                                         "inherent_probability": "low"})  # fmt: skip
    one = Risk.objects.get()
    assert one.title == title
    for address in (risks_of(acme), "/risks/", f"/risks/{one.pk}/", f"/risks/{one.pk}/edit/"):
        page = said(client, address)
        assert "<script>alert" not in page
        assert title[:60].split("<", maxsplit=1)[0][:6] in page.replace("&#x27;", "'").replace("&quot;", '"')


def test_an_unknown_prompt_or_filter_changes_nothing(acme: Account, as_: Any, olga: User) -> None:
    risk(acme, "Flood", "low low", by=olga)
    client = as_(olga)
    assert client.get(f"{risks_of(acme)}new/", {"prompt": "x" * 500}).status_code == 200
    odd = {"family": "x", "owner": "9" * 5000, "account": "²", "state": "z", "stand": "q", "gate": "q", "page": "-1"}
    for address in ("/risks/", risks_of(acme)):
        assert "Flood" in said(client, address, **odd)


def test_filters_narrow_the_register_and_not_the_verdict(acme: Account, as_: Any, olga: User) -> None:
    risk(acme, "Flood", "high high", by=olga, family="external")
    risk(acme, "Scope", "low low", by=olga, family="technical")
    page = said(as_(olga), risks_of(acme), family="technical")
    register, gate = page.split('id="risk-list"')[1], page.split('id="risk-gate"')[1].split('id="risk-list"')[0]
    assert "Flood" not in register
    assert "Flood" in gate
    assert "No-go" in gate


def test_owners_accounts_and_closed_risks_are_filters(acme: Account, as_: Any, diana: User, tim: User) -> None:
    other = Account.objects.create(name="Other")
    risk(acme, "Flood", "high high", by=diana, owner=tim)
    risk(other, "Fire", "high high", by=diana)
    gone = risk(acme, "Solved one", "low low", by=diana)
    client = as_(diana)
    client.post(f"/risks/{gone.pk}/closure/", {"why": "solved", "version": gone.version})
    assert "Solved one" not in said(client, "/risks/")
    assert "Solved one" in said(client, "/risks/", state="closed")
    assert "Fire" not in said(client, "/risks/", account=acme.pk)
    assert "Fire" not in said(client, "/risks/", owner=tim.pk)
    assert "Fire" in said(client, "/risks/", state="all")


def test_an_overdue_date_is_shown_and_a_closed_risk_is_never_overdue(acme: Account, as_: Any, olga: User) -> None:
    one = risk(acme, "Flood", "low low", by=olga, due_on=localdate() - timedelta(days=1))
    assert "overdue" in said(as_(olga), risks_of(acme))
    as_(olga).post(f"/risks/{one.pk}/closure/", {"why": "solved", "version": one.version})
    assert "overdue" not in said(as_(olga), risks_of(acme), state="all")


def test_the_methods_warnings_are_told_in_words(acme: Account, as_: Any, olga: User) -> None:
    risk(acme, "Flood", "medium medium", by=olga)
    risk(acme, "Fire", "medium medium", by=olga)
    risk(acme, "Frost", by=olga)
    page = said(as_(olga), risks_of(acme))
    assert "All 2 risks stand at medium and medium" in page
    assert "Open risks without a place on the grid are not in the verdict (1)." in page
    assert "Not accepted" not in page


def test_labels_anchors_and_the_rule_are_explained_on_the_page(acme: Account, as_: Any, olga: User) -> None:
    risk(acme, "Flood", "medium medium", by=olga)
    page = said(as_(olga), risks_of(acme))
    for words in ("below 20%", "20 to 60%", "above 60%", "5 to 20% of the business case", "Stop. No gate is passed"):
        assert words in page
    assert "nobody can waive a showstopper" in page


def test_a_risk_belongs_to_an_account_or_to_a_project_and_not_to_both(acme: Account, olga: User) -> None:
    ours = project(acme, by=olga)
    for subject in ({}, {"account": acme, "project": ours}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Risk.objects.create(title="Flood", family="planning", **subject)


@pytest.mark.parametrize(
    "wrong",
    [
        {"inherent_impact": "high"},
        {"inherent_impact": "dire", "inherent_probability": "low"},
        {"residual_impact": "low", "residual_probability": "low"},
        {"at_stake": -1},
        {"chance": Decimal("1.5")},
    ],
)
def test_the_database_refuses_half_a_place_and_negative_money(wrong: dict[str, Any], acme: Account) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Risk.objects.create(title="Flood", family="planning", account=acme, **wrong)


def test_a_merge_moves_risks_and_their_history(acme: Account, diana: User) -> None:
    twin = Account.objects.create(name="Acme twin")
    one = risk(twin, "Flood", "high high", by=diana)
    merge(kept=acme, gone=twin, by=diana)
    one.refresh_from_db()
    assert one.account == acme
    assert Event.objects.about(one).exists()


def test_every_move_is_in_the_history(acme: Account, as_: Any, tim: User) -> None:
    one = risk(acme, "Flood", "low low", by=tim)
    as_(tim).post(f"/risks/{one.pk}/place/", moved(one, "low high"))
    page = said(as_(tim), f"/risks/{one.pk}/")
    assert "probability before measures" in page
    event = Event.objects.about(one).get(verb="moved")
    assert (event.old, event.new, event.by) == ("low", "high", tim)


def test_the_lists_cost_the_same_queries_for_any_number_of_risks(
    acme: Account, as_: Any, diana: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        risk(acme, f"Risk {n}", f"{LEVELS[n % 3]} {LEVELS[n // 3 % 3]}", by=diana, owner=diana)
        risk(Account.objects.create(name=f"Account {n}"), f"Other {n}", "low high", by=diana)
    client = as_(diana)
    client.get(risks_of(acme))  # the first visit of a day diagnoses the relationship
    with django_assert_max_num_queries(14):
        client.get("/risks/")
    with django_assert_max_num_queries(24):
        client.get(risks_of(acme), {"gate": "launch"})
    with django_assert_max_num_queries(10):
        b"".join(client.get("/risks.csv").streaming_content)
