"""Answers that follow from all account-years alone, kept by a process for as long as they are true.

As for the arrays of a portfolio (`portfolio.year_facts`): whatever writes account-years renews the mark in
`LedgerState`; each request reads it before it trusts what is kept, and without a mark nothing is kept. What is
kept must be the same for everybody who may ask.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.db import connections

from .models import AccountYear, LedgerState

Answer = TypeVar("Answer")
_kept: dict[tuple[Any, ...], dict[str, Any]] = {}
_lock = Lock()


def remembered(name: str, work: Callable[[], Answer]) -> Answer:
    """The answer of that name, worked out when it is not known for the account-years as they are."""
    mark = LedgerState.objects.filter(pk=1).values_list("facts_of", "written_at").first()
    if mark is None:
        return work()
    key = (str(connections[AccountYear.objects.db].settings_dict["NAME"]), *mark)
    with _lock:
        if key not in _kept:
            _kept.clear()
        answers = _kept.setdefault(key, {})
    if name not in answers:
        answers[name] = work()
    return answers[name]
