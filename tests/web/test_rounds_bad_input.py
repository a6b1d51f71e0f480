"""Whatever somebody types into the set-up of a round, the answer is a page or a sentence, never a broken one."""

from typing import Any

import pytest
from tests.web.round_fixtures import criteria, round_of
from tests.web.test_bad_input import TEXTS

from openkam.web.accounts.models import Account
from openkam.web.people.models import User
from openkam.web.rounds.models import Criterion, Round

pytestmark = pytest.mark.django_db
FIELDS = (
    *("name", "on", "top", "strength_rule", "strength_view", "cut", "cut_at"),
    *("at_1", "at_5", "at_10", "floor", "is_picked", "seen", "picked", "up", "restore"),
    *("q", "status", "owner", "country", "industry", "at_least", "account", "entry", "page", "of"),
    *("people", "is_rater", "is_facilitator", "method", "rank_rule", "best", "worst"),
)


@pytest.fixture
def round_(diana: User, tim: User, acme: Account) -> Round:
    return round_of(diana, [acme], raters=[tim], picked=criteria("solvency", "quick_pay", "product_fit"), to="draft")


def addresses(round_: Round, person: User) -> list[str]:
    criterion = Criterion.objects.get(kind="selection", slug="quick_pay")
    library = ["", "new/strength/", *(f"{criterion.pk}/{step}" for step in ("", "choice/", "place/", "reset/"))]
    steps = ["setup/", "accounts/", "accounts/in/", "accounts/out/", "criteria/", "weights/selection/", "people/"]
    part = f"people/{person.pk}/"
    rounds = ["", "new/", *(f"{round_.pk}/{step}" for step in (*steps, part))]
    return [f"/criteria/{step}" for step in library] + [f"/rounds/{step}" for step in rounds]


def fields(round_: Round, text: str) -> dict[str, str]:
    """One form with the fields of all; those of a round's own criteria too."""
    known = list(round_.items.all())
    own = [f"{name}-{item.pk}" for item in known for name in ("points", "rank", "best", "worst")]
    own += [f"pair-{one.pk}-{other.pk}" for one in known for other in known]
    own += [f"{name}-{item.criterion_id}" for item in known for name in ("take", "floor")]
    return dict.fromkeys((*FIELDS, *own), text)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_is_typed_the_answer_is_a_page(*, text: str, round_: Round, as_: Any, diana: User, tim: User) -> None:
    client, sent = as_(diana), fields(round_, text)
    for address in addresses(round_, tim):
        for method in ("points", "ranking", "ahp", "best_worst", text):
            said = {**sent, "method": method, "rank_rule": "centroid"}
            answers = [client.get(address, said), client.post(address, said)]
            answers.append(client.get(address, said, headers={"hx-request": "true"}))
            assert all(answer.status_code in {200, 302, 404, 405, 422} for answer in answers), address
            if not address.endswith("weights/selection/"):
                break
