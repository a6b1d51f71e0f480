"""Interactions from a table: a day, how, who of both sides, about what. Columns are guessed from their names."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openkam.ledger.formats import Limits, Opened, identifier, open_file, scan
from openkam.ledger.parse import day
from openkam.ledger.session import session
from openkam.ledger.values import date_order, roc_share
from openkam.method.errors import InvalidInput
from openkam.web.programme.columns import guess as guessed
from openkam.web.programme.columns import letters

from .pieces import LONGEST_SUBJECT, clean, paragraphs

MOST_ROWS = 200_000
MOST_BYTES = 128 * 2**20
AT_ONCE = 5_000
LONGEST_NOTE = 20_000
#: What a column can mean, in the order the form asks, with the names that people and CRMs give it.
MEANINGS = {
    "on": "date day on activitydate duedate starttime startdate hstimestamp when 日期 時間 时间 活動日期 活动日期",
    "kind": "kind type activitytype tasksubtype how channel 方式 類型 类型 種類",
    "ours": "our ours ourpeople assignedto owner owneremail from by 我方 我方人員 我方人员 負責人 负责人 業務 业务",
    "theirs": (
        "their theirs theirpeople contact contacts contactname contactemail who whoid participants attendees "
        "客方 客戶人員 客户人员 對方 对方 聯絡人 联系人 與會者 与会者"
    ),
    "subject": "subject about title topic 主旨 主題 主题 標題 标题 事由",
    "note": "note notes description comments body 備註 备注 內容 内容 說明 说明",
    "account": (
        "account accountname accountid company companyname customer customername 客戶 客户 公司 客戶名稱 客户名称"
    ),
}
NEEDED = ("on", "ours", "theirs")
_KINDS = {
    "meeting": "meeting meet appointment event 會議 会议 面談 面谈",
    "call": "call phone telephone videocall 電話 电话 通話 通话",
    "email": "email mail 郵件 邮件 電郵 电邮 電子郵件 电子邮件",
    "visit": "visit sitevisit 拜訪 拜访 訪問 访问 參訪",
    "joint_team": "jointteam projectteam 聯合小組 联合小组 專案小組 聯合專案小組 联合项目组",
    "joint_board": "jointboard steeringcommittee board 聯合委員會 联合委员会 聯合董事會議 联合董事会会议",
}
_BETWEEN = re.compile(r"[;|\n\r、；/／]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: `on` is None when its day cannot be read, `kind` when it is not known."""

    number: int
    on: date | None
    kind: str | None
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    subject: str = ""
    note: str = ""
    account: str = ""

    @property
    def uid(self) -> str:
        """What the line says, so that the same line is the same again, in whatever file and place."""
        said = (self.on, self.kind, sorted(self.ours), sorted(self.theirs), self.subject, self.note, self.account)
        return f"row:{hashlib.sha256(repr(said).encode('utf-8', 'replace')).hexdigest()}"


def guess(columns: tuple[str, ...]) -> dict[str, str]:
    return guessed(columns, MEANINGS, letters)


def checked(mapping: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    """A mapping that can be used; raises InvalidInput("table_columns" | "table_column_twice") otherwise."""
    wanted = {meaning: column for meaning, column in mapping.items() if meaning in MEANINGS and column in columns}
    missing = next((meaning for meaning in NEEDED if meaning not in wanted), None)
    if missing:
        raise InvalidInput("table_columns", missing)
    for column in wanted.values():
        if list(wanted.values()).count(column) > 1:
            raise InvalidInput("table_column_twice", column, column=column)
    return wanted


def opened(path: Path, workdir: Path) -> Opened:
    """The table of a file, opened safely; raises InvalidInput, among them "table_rows"."""
    found = open_file(path, workdir, limits=Limits(max_bytes=MOST_BYTES, max_expanded=4 * MOST_BYTES))
    if found.rows > MOST_ROWS:
        raise InvalidInput("table_rows", rows=found.rows, most=MOST_ROWS)
    return found


def read_rows(file: Opened, mapping: Mapping[str, str], workdir: Path) -> Iterator[Row]:
    """The lines of a table under a mapping, in their order."""
    columns = ", ".join(identifier(column) for column in mapping.values())
    on = identifier(mapping["on"])
    with session(workdir, [file.path]) as connection:
        source = scan(file)
        cells = [str(cell) for (cell,) in connection.execute(f"SELECT {on} FROM {source} LIMIT {AT_ONCE}").fetchall()]  # noqa: S608
        order = "roc" if roc_share(cells) > 0.5 else date_order(cells).order
        cursor = connection.execute(
            f"SELECT _row, {day(on, order)}, {columns} FROM {source} ORDER BY _row"  # noqa: S608 - quoted names
        )
        while found := cursor.fetchmany(AT_ONCE):
            for number, at, *texts in found:
                yield _row(number, at, dict(zip(mapping, texts, strict=True)))


def _row(number: int, on: date | None, texts: Mapping[str, str | None]) -> Row:
    said = {meaning: text or "" for meaning, text in texts.items()}
    return Row(
        number=number,
        on=on,
        kind=kind(said.get("kind", "")),
        ours=people(said.get("ours", "")),
        theirs=people(said.get("theirs", "")),
        subject=clean(said.get("subject", ""), LONGEST_SUBJECT),
        note=paragraphs(said.get("note", ""), LONGEST_NOTE),
        account=clean(said.get("account", ""), 500),
    )


def kind(text: str) -> str | None:
    """The code of a word for a kind; a meeting when nothing is said, None when it is not known.

    >>> kind("E-Mail"), kind("拜訪"), kind(""), kind("séance")
    ('email', 'visit', 'meeting', None)
    """
    word = letters(text)
    return next((code for code, names in _KINDS.items() if word in names.split()), None) if word else "meeting"


def people(text: str) -> tuple[str, ...]:
    """The persons of a cell. A comma parts addresses, but not "Meyer, Anna".

    >>> people("Meyer, Anna; 王小明"), people("a@x.example, b@x.example")
    (('Meyer, Anna', '王小明'), ('a@x.example', 'b@x.example'))
    """
    parts = _BETWEEN.split(text)
    split = [piece for part in parts for piece in (part.split(",") if "@" in part else [part])]
    return tuple(dict.fromkeys(name for part in split if (name := clean(part, 254))))
