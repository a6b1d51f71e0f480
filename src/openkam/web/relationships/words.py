"""Refusals and deeds of this app as sentences; each part of it has its own words."""

from collections.abc import Callable

from . import health_words, stage_words, team_words

PROBLEMS: dict[str, object] = {**stage_words.PROBLEMS, **health_words.PROBLEMS, **team_words.PROBLEMS}
VERBS: dict[str, object] = {**stage_words.VERBS, **health_words.VERBS, **team_words.VERBS}
#: The names of what a history tells of.
PARTS: dict[str, object] = {**stage_words.PARTS}
#: How a history reads values that are no fields of their subject.
READ: dict[tuple[str, str], Callable[[str], object]] = {("accounts.account", "stage"): stage_words.stage_told}
