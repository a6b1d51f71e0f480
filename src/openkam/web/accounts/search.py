"""Find accounts by any part of their names, in any script, one character long or more.

A name is folded, then cut into its characters and its pairs of neighbours; each becomes a token of ASCII letters.
An index over the tokens (FTS5 on SQLite, GIN on PostgreSQL) names the candidates, and the folded text, kept beside
it, says which of them really hold the text. No extension of the database, no rules of a language.
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

#: Between the name, the external id and the keys of one account: folded text never holds it.
SEPARATOR = "\n"
CHUNK = 2_000
#: More tokens than these do not make a search narrower, only slower to plan.
MOST_TOKENS = 40

SQLITE_FIND = (
    "SELECT s.account_id FROM accounts_tokens JOIN accounts_accountsearch s ON s.account_id = accounts_tokens.rowid "
    "WHERE accounts_tokens MATCH %s AND instr(s.folded, %s) > 0"
)
POSTGRESQL_FIND = (
    "SELECT s.account_id FROM accounts_accountsearch s "
    "WHERE s.tokens @> string_to_array(%s, ' ') AND strpos(s.folded, %s) > 0"
)


def _model(name: str) -> Any:
    """A model of this app, asked for when it is needed: the models themselves import this file."""
    return apps.get_model("accounts", name)


def fold(text: str) -> str:
    """Text as it is compared: compatibility forms, case, hidden marks and runs of space make no difference.

    >>> fold("  ＡＣＭＥ   Straße ")
    'acme strasse'
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    shown = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", shown).split())


def tokens(folded: str) -> str:
    """The tokens of folded text: every character and every pair of neighbours, once each.

    >>> tokens("aba")
    '61 61x62 62 62x61'
    """
    codes = [f"{ord(sign):x}" for sign in folded]
    pairs = [f"{first}x{second}" for first, second in pairwise(codes)]
    return " ".join(sorted({*codes, *pairs}))


def _wanted(folded: str) -> str:
    """The tokens a search asks for: pairs alone where there are any, for they are rarer than characters."""
    pairs = [token for token in tokens(folded).split() if "x" in token]
    return " ".join(pairs[:MOST_TOKENS]) or tokens(folded)


def found(text: str) -> RawSQL | None:
    """A subquery of the accounts that hold a text; None when there is nothing to look for."""
    folded = fold(text)
    if not folded or "\x00" in folded:
        return None
    if connection.vendor == "postgresql":
        return RawSQL(POSTGRESQL_FIND, [_wanted(folded), folded])  # noqa: S611 - constant SQL, values as parameters
    phrase = " ".join(f'"{token}"' for token in _wanted(folded).split())
    return RawSQL(SQLITE_FIND, [phrase, folded])  # noqa: S611


def index_accounts(accounts: Iterable[int | models.Model]) -> None:
    """Bring the index up to date for accounts, given themselves or by their ids.

    Every change of a name, an external id or a ledger key calls this; nothing does it behind one's back.
    """
    ids = sorted({account if isinstance(account, int) else account.pk for account in accounts})
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            _index_chunk(ids[start : start + CHUNK])


def rebuild_index() -> int:
    """Make the whole index anew; returns the number of accounts."""
    with transaction.atomic():
        _model("AccountSearch").objects.all().delete()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO accounts_tokens (accounts_tokens) VALUES ('delete-all')")
        ids = list(_model("Account").objects.order_by("pk").values_list("pk", flat=True))
        index_accounts(ids)
    return len(ids)


def _index_chunk(ids: list[int]) -> None:
    texts = {pk: _text(parts) for pk, parts in _parts(ids).items()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _index_on_postgresql(cursor, texts)
        else:
            _index_on_sqlite(cursor, texts)


def _parts(ids: list[int]) -> dict[int, list[str]]:
    """What an account is found by: its name, its external id, its keys."""
    parts: dict[int, list[str]] = {
        pk: [name, external_id]
        for pk, name, external_id in _model("Account")
        .objects.filter(pk__in=ids)
        .values_list("pk", "name", "external_id")
    }
    for pk, key in _model("AccountKey").objects.filter(account__in=ids).order_by().values_list("account", "key"):
        parts[pk].append(key)
    return parts


def _text(parts: list[str]) -> str:
    return SEPARATOR.join(sorted({fold(part) for part in parts if part}))


def _index_on_postgresql(cursor: Any, texts: dict[int, str]) -> None:
    cursor.execute(
        "INSERT INTO accounts_accountsearch (account_id, folded, tokens) "
        "SELECT id, folded, string_to_array(tokens, ' ') "
        "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, folded, tokens) "
        "ON CONFLICT (account_id) DO UPDATE SET folded = excluded.folded, tokens = excluded.tokens",
        [list(texts), list(texts.values()), [tokens(text) for text in texts.values()]],
    )


def _index_on_sqlite(cursor: Any, texts: dict[int, str]) -> None:
    """FTS5 without content keeps the tokens only; to forget a row it must be told what the row held."""
    before = dict(_model("AccountSearch").objects.filter(account__in=list(texts)).values_list("account_id", "folded"))
    changed = {pk: text for pk, text in texts.items() if before.get(pk) != text}
    cursor.executemany(
        "INSERT INTO accounts_tokens (accounts_tokens, rowid, tokens) VALUES ('delete', %s, %s)",
        [(pk, tokens(before[pk])) for pk in changed if pk in before],
    )
    cursor.executemany(
        "INSERT INTO accounts_tokens (rowid, tokens) VALUES (%s, %s)",
        [(pk, tokens(text)) for pk, text in changed.items()],
    )
    cursor.executemany(
        "INSERT OR REPLACE INTO accounts_accountsearch (account_id, folded) VALUES (%s, %s)", list(changed.items())
    )
