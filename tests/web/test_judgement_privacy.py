"""What is judged of people reaches no byte of any answer for who may not change the account, whatever they ask for.

The whole product is crawled with words that nothing else can be mistaken for, and then with two truths: an answer that
is not the same in both would tell something of what was judged.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.web import crawl
from tests.web.team_fixtures import PHASES, sheet

from openkam.web.accounts.actions import add_to_team
from openkam.web.accounts.models import Account
from openkam.web.contacts.merging import merge
from openkam.web.contacts.models import Contact
from openkam.web.interactions.models import Insight
from openkam.web.people.models import User
from openkam.web.people.permissions import Role
from openkam.web.relationships.judging import Place, Reply, Said, judge
from openkam.web.relationships.models import Answer, Cell, Judgement, Question, TeamMap

pytestmark = pytest.mark.django_db

WORDS = (
    "Zwickelbach",
    "Quarzwinkel",
    "Trusted advisor",
    "Overconfident",
    "overconfident",
    "trusted_advisor",
    "purposeful",
)
#: What a page or a file of the team map has and nothing else.
PAGES = ("team-map", "stakeholders/", "udgement", "Judged", "judged", "wrote on the team map")
READ_OVER = {"account_logout", "language", "help", "help-index"}
#: With which a page that opens is asked for again.
QUERY = "?q=Zwickel&sort=-support&phase=selection&format=csv&about=relationships.cell&part=team_map"


@pytest.fixture
def house(acme: Account, olga: User) -> Account:
    """A sheet with everything that can be judged, one judgement kept inside a merge, and its history."""
    people = sheet(acme, olga)
    TeamMap.objects.update(purpose="A purposeful purpose")
    for person in people.values():
        judge(person, said=_everything(), by=olga)
    twin = Contact.objects.create(account=acme, name="CFO twin")
    judge(twin, said=_everything(), by=olga)
    merge(kept=people["CFO"], gone=twin, by=olga)
    Insight.objects.create(
        account=acme, contact=people["CFO"], text="They build a plant", learned_on=timezone.localdate()
    )
    return acme


def _everything() -> Said:
    fields = {
        "competitor": "golf with Zwickelbach", "trust": "trusted_advisor", "trust_wanted": "trusted_advisor",
        "mode": "overconfident", "is_coach": True, "is_new": True, "role_how": "guessed", "power": 5, "interest": 5,
        "support_needed": 2, "expires_on": timezone.localdate() + timedelta(days=20),
    }  # fmt: skip
    answers = {question.value: Reply("fears Quarzwinkel", "guessed", is_confirmed=True) for question in Question}
    return Said(fields, dict.fromkeys(PHASES, Place(3, (1,))), answers)


def asked(client: Client) -> Iterator[tuple[str, str]]:
    """Every address with what it says."""
    for address in crawl.addresses(skip=READ_OVER):
        if address.startswith("/auth/"):  # new secrets every time, and nothing of an account
            continue
        answer = client.get(address)
        assert answer.status_code != 500, address
        yield address, crawl.text_of(answer)
        if answer.status_code == 200:
            yield address + QUERY, crawl.text_of(client.get(address + QUERY)).replace("Zwickel&", "")


def reader(account: Account, role: Role) -> User:
    someone = User.objects.create_user(f"other-{role}@supplier.example", name="Reader", role=role, sees_profit=True)
    add_to_team(account, member=someone, by=None)
    return someone


def test_a_manager_of_another_account_receives_none_either(house: Account, stranger: User, as_: Any) -> None:
    Account.objects.create(name="Elsewhere", owner=stranger)
    found = re.compile("|".join((*WORDS, "Plant manager", "They build a plant")))
    leaks = [f"{address}: {hit[0]}" for address, text in asked(as_(stranger)) if (hit := found.search(text))]
    assert leaks == []


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.VIEWER])
def test_who_only_helps_out_receives_no_byte_and_no_answer_changes_with_what_is_judged(
    role: Role, house: Account, as_: Any
) -> None:
    """No word of it; and no figure, count, order or band that is made of it, in whatever words."""
    client = as_(reader(house, role))
    client.get("/relationships/")  # from here on the stage of every account is worked out and kept
    before = dict(asked(client))
    found = re.compile("|".join((*WORDS, *PAGES)))
    assert [f"{address}: {hit[0]}" for address, text in before.items() if (hit := found.search(text))] == []
    _judge_otherwise()
    after = dict(asked(client))
    assert [address for address in before if _still(before[address]) != _still(after.get(address, ""))] == []


def _judge_otherwise() -> None:
    Judgement.objects.update(influence=1, support=2, support_needed=0, power=1, interest=1, types=[], is_coach=False)
    Cell.objects.update(participation=0)
    Answer.objects.all().delete()
    Judgement.objects.filter(contact__name="CFO").delete()


def _still(text: str) -> str:
    """Without what is new in every answer: lengths, tokens, seals and the time of day."""
    text = re.sub(r"Content-Length: \d+|(csrf|nonce|seen|Nonce)[^>\n]*", "", text)
    return re.sub(r"[A-Za-z0-9_-]{6,}:[A-Za-z0-9_-]{20,}|\d\d:\d\d(:\d\d)?(\.\d+)?", "", text)


def test_those_who_judge_receive_it_all_the_same(house: Account, olga: User, diana: User, as_: Any) -> None:
    pages = [
        f"/accounts/{house.pk}/{part}" for part in ("team-map/", "stakeholders/", "team-map/export.csv", "history/")
    ]
    contact = Judgement.objects.earliest("pk").contact
    pages += [contact.get_absolute_url(), f"/accounts/{house.pk}/team-map/{contact.pk}/"]
    for person in (olga, diana):
        said = "".join(crawl.text_of(as_(person).get(page)) for page in pages)
        assert [word for word in (*WORDS, *PAGES) if word not in said] == []


@pytest.mark.parametrize("name", ["Tim", "Vera", "Sam"])
def test_nobody_else_opens_or_changes_the_map(name: str, house: Account, stranger: User, as_: Any) -> None:
    client, before = as_(User.objects.get(name=name)), crawl.snapshot()
    judged = Judgement.objects.first()
    assert judged
    member = house.team_members.get().pk
    addresses = [f"team-map/{judged.contact_id}/{part}" for part in ("", "erasure/", "confirmation/")]
    addresses += ["team-map/", "team-map/export.csv", "team-map/export.xlsx", "team-map/purpose/", "team-map/members/"]
    addresses += ["stakeholders/", "stakeholders/export.csv", f"team-map/members/{member}/place/"]
    addresses += [f"team-map/members/{member}/departure/"]
    for address in addresses:
        for method in ("get", "post"):
            answer = getattr(client, method)(f"/accounts/{house.pk}/{address}", {"purpose": "x", "number": "2"})
            assert answer.status_code in ({404, 405} if name == "Sam" else {403}), address
    assert crawl.snapshot() == before


def test_the_address_of_another_account_opens_no_card(house: Account, olga: User, as_: Any) -> None:
    other = Account.objects.create(name="Elsewhere", owner=olga)
    judged = Judgement.objects.first()
    assert judged
    for part in ("", "erasure/", "confirmation/"):
        for method in ("get", "post"):
            answer = getattr(as_(olga), method)(f"/accounts/{other.pk}/team-map/{judged.contact_id}/{part}")
            assert answer.status_code in {404, 405}
    assert Judgement.objects.filter(pk=judged.pk).exists()
