"""Who is kept: the marks of the staging file, the person's decisions, and what the file or the store already has.

Two lines are the same when they carry the same document and line number; where lines have no numbers, when
account, date, document, product, quantity, amount and currency all agree, and then the n-th of a file is the n-th of
the store. So a file imported twice adds nothing, files that overlap by whole documents or days add what is new, and
a line that is really there twice stays twice.
"""

import duckdb

from openkam.ledger.checks import Decisions, bits
from openkam.ledger.formats import literal

KEY = "document, line_no"
CONTENT = "account, date, document, product, quantity, revenue_original, currency"
KEYED = "document IS NOT NULL AND line_no IS NOT NULL"
#: Narrows the search only; what it finds is compared column by column.
_SIEVE = f"CASE WHEN {KEYED} THEN hash({KEY}) ELSE hash(document, date, product, quantity, revenue_original) END"


def judge(
    con: duckdb.DuckDBPyConnection, staged: str, decisions: Decisions, known: str | None, *, unlike: bool = False
) -> None:
    """Create the view `judged` on a connection: every candidate line and `reason`, null for lines to keep.

    staged  SQL of the candidate lines;  known  SQL of the lines already in the store, if any.
    unlike  no two lines of the file are the same, as the caller knows.
    """
    _choose_accounts(con, decisions)
    assigned = (
        "account" if decisions.without_account is None else f"coalesce(account, {literal(decisions.without_account)})"
    )
    con.execute(
        f"CREATE TEMP VIEW ruled AS SELECT * REPLACE ({assigned} AS account), "
        f"{_rule(decisions)} AS ruled_out, {_SIEVE} AS sieve FROM {staged}"
    )
    _suspect(con, known, unlike=unlike)
    dropped = [
        code
        for code in ("already_imported", "duplicate_line", "line_changed", "repeated_line")
        if decisions.disposition(code) == "skip"
    ]
    by_suspicion = f"CASE WHEN suspicion IN ({', '.join(map(literal, dropped)) or 'NULL'}) THEN suspicion END"
    con.execute(
        f"CREATE TEMP VIEW judged AS SELECT *, coalesce(ruled_out, {by_suspicion}) AS reason "
        "FROM ruled LEFT JOIN suspects USING (row)"
    )


def _choose_accounts(con: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    con.execute("CREATE TEMP TABLE choices (choice_key VARCHAR PRIMARY KEY, choice VARCHAR)")
    chosen = [(key, choice) for key, choice in decisions.accounts.items()]
    if chosen:
        con.execute(
            "INSERT INTO choices SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [list(column) for column in zip(*chosen, strict=True)],
        )


def _rule(decisions: Decisions) -> str:
    """The first rule that leaves a line out, by itself alone."""
    cases = [f"WHEN marks & {bits([code])} <> 0 THEN {literal(code)}" for code in decisions.skipping()]
    unknown = f"marks & {bits(['account_unknown'])} <> 0"
    if decisions.unknown_accounts == "skip":
        kept = "(SELECT choice_key FROM choices WHERE choice <> 'skip')"
        cases.append(f"WHEN {unknown} AND account NOT IN {kept} THEN 'account_unknown'")
    elif "skip" in decisions.accounts.values():
        skipped = "(SELECT choice_key FROM choices WHERE choice = 'skip')"
        cases.append(f"WHEN {unknown} AND account IN {skipped} THEN 'account_unknown'")
    clear = "WHEN marks = 0 THEN NULL "
    return f"CASE {clear}{' '.join(cases)} END"


def _suspect(con: duckdb.DuckDBPyConnection, known: str | None, *, unlike: bool) -> None:
    """The table `suspects`: row and suspicion of kept lines that the file or the store has already."""
    kept = f"SELECT row, line_no, {CONTENT}, sieve FROM ruled WHERE ruled_out IS NULL"
    within = f"FROM ({kept}) WHERE false" if unlike else f"FROM ({kept}) GROUP BY sieve HAVING count(*) > 1"
    con.execute(f"CREATE TEMP TABLE sieves AS SELECT sieve {within}")
    if known is not None and not _meet(con, known):
        known = None
    con.execute(f"CREATE TEMP TABLE known AS {_already(known, kept)}")
    con.execute("INSERT INTO sieves SELECT DISTINCT sieve FROM known")
    con.execute(f"CREATE TEMP TABLE pool AS SELECT * FROM ({kept}) WHERE sieve IN (SELECT sieve FROM sieves)")
    con.execute(
        f"CREATE TEMP TABLE suspects AS SELECT row, suspicion FROM ({_numbered()} UNION ALL {_unnumbered()}) "
        "WHERE suspicion IS NOT NULL"
    )


def _meet(con: duckdb.DuckDBPyConnection, known: str) -> bool:
    """Whether the store could have any of the lines: a document of theirs, or an unnumbered line of their days.

    Looks at a column or two of the store, where finding the lines themselves takes eight.
    """
    kept = "FROM ruled WHERE ruled_out IS NULL"
    documents = f"SELECT 1 FROM {known} WHERE document IN (SELECT document {kept} AND {KEYED}) LIMIT 1"
    if con.execute(documents).fetchall():
        return True
    first, last = con.execute(f"SELECT min(date), max(date) {kept} AND NOT ({KEYED})").fetchall()[0]
    days = f"SELECT 1 FROM {known} WHERE date BETWEEN ? AND ? AND NOT ({KEYED}) LIMIT 1"
    return first is not None and bool(con.execute(days, [first, last]).fetchall())


def _already(known: str | None, kept: str) -> str:
    columns = f"line_no, {CONTENT}"
    if known is None:
        return f"SELECT {columns}, sieve FROM ruled WHERE false"
    return (
        f"SELECT {columns}, sieve FROM (SELECT {columns}, {_SIEVE} AS sieve FROM {known}) "
        f"WHERE sieve IN (SELECT sieve FROM ({kept}))"
    )


def _agree(columns: str) -> str:
    return " AND ".join(f"p.{name} IS NOT DISTINCT FROM k.{name}" for name in columns.split(", "))


def _numbered() -> str:
    same = f"SELECT DISTINCT line_no, {CONTENT} FROM known WHERE {KEYED}"
    taken = f"SELECT DISTINCT {KEY} FROM known WHERE {KEYED}"
    return (
        "SELECT p.row, CASE WHEN k.document IS NOT NULL THEN 'already_imported' "
        "WHEN t.document IS NOT NULL THEN 'line_changed' "
        f"WHEN {_nth('line_no, ' + CONTENT)} > 1 THEN 'duplicate_line' "
        f"WHEN {_nth(KEY)} > 1 THEN 'line_changed' END AS suspicion "
        f"FROM (SELECT * FROM pool WHERE {KEYED}) AS p "
        f"LEFT JOIN ({same}) AS k ON {_agree('line_no, ' + CONTENT)} "
        f"LEFT JOIN ({taken}) AS t ON p.document = t.document AND p.line_no = t.line_no"
    )


def _unnumbered() -> str:
    counted = f"SELECT {CONTENT}, count(*) AS times FROM known WHERE NOT ({KEYED}) GROUP BY {CONTENT}"
    nth = _nth(CONTENT)
    return (
        f"SELECT p.row, CASE WHEN {nth} <= coalesce(k.times, 0) THEN 'already_imported' "
        f"WHEN {nth} > 1 THEN 'repeated_line' END AS suspicion "
        f"FROM (SELECT * FROM pool WHERE NOT ({KEYED})) AS p LEFT JOIN ({counted}) AS k ON {_agree(CONTENT)}"
    )


def _nth(columns: str) -> str:
    """Which of the pool's lines that agree in these columns this one is, from 1 in file order."""
    return f"row_number() OVER (PARTITION BY {', '.join(f'p.{name}' for name in columns.split(', '))} ORDER BY p.row)"
