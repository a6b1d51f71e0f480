"""Answers kept by a process: true after every writing of account-years."""

import pytest

from openkam.web.ledgers.facts import mark_changed
from openkam.web.ledgers.models import AccountYear
from openkam.web.ledgers.remembered import remembered

from .portfolio_facts import booked

pytestmark = pytest.mark.django_db


def _count() -> int:
    return remembered("count", AccountYear.objects.count)


def test_an_answer_is_worked_out_once_while_the_mark_stands(acme, django_assert_num_queries):
    booked(acme, 2024, 900, None, None)
    mark_changed()
    _count()
    with django_assert_num_queries(1):
        assert _count() == 1


def test_an_answer_is_worked_out_again_after_a_writing(acme):
    mark_changed()
    assert _count() == 0
    booked(acme, 2024, 900, None, None)
    mark_changed()
    assert _count() == 1


def test_without_a_mark_nothing_is_kept(acme):
    assert _count() == 0
    booked(acme, 2024, 900, None, None)
    assert _count() == 1
