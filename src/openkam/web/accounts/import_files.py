"""Files of accounts: kept in a folder of their own, opened safely, their columns guessed, their rows read."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from openkam.ledger.formats import Limits, Opened, identifier, open_file, scan
from openkam.ledger.session import session
from openkam.method.errors import InvalidInput
from openkam.web.programme import uploads
from openkam.web.programme.columns import guess as guessed

from .models import AccountImport

MOST_ROWS = 200_000
MOST_BYTES = 256 * 2**20
AT_ONCE = 5_000

#: What a column can mean, in the order the form asks, with the names that CRMs and people give it. A name is compared
#: in small letters without spaces, dots, underscores and the "property" before HubSpot's names.
MEANINGS = {
    "external_id": (
        "id accountid externalid recordid companyid hsobjectid customerid customercode customerno customernumber "
        "customerkey resellerkey crmid 客戶編號 客户编号 客戶代號 客户代号 客戶代碼 客户代码 "
        "外部編號 外部编号 編號 编号"
    ),
    "name": (
        "name accountname companyname customername customer company resellername organisation organization "
        "客戶名稱 客户名称 公司名稱 公司名称 客戶 客户 公司 名稱 名称"
    ),
    "parent": (
        "parentid parentaccountid parentcompanyid hsparentcompanyid parentexternalid parentaccount parent "
        "母公司編號 母公司编号 母公司 上層客戶 上级客户"
    ),
    "industry": "industry sector businesstype 產業 产业 行業 行业",
    "country": "billingcountry country countryregion 國家 国家 國別 国别",
    "currency": "currency currencyisocode 幣別 币种 幣種 币别",
    "owner": (
        "owneremail owner ownername accountowner ownerid hubspotownerid companyowner accountmanager "
        "負責人 负责人 業務 业务 客戶經理 客户经理"
    ),
    "status": "status accountstatus 狀態 状态",
    "key": "ledgerkey accountkey erpid erpkey accountnumber debtornumber 帳號 账号 應收編號",
    "deleted": "isdeleted deleted archived 已刪除 已删除",
}
LABELS = {
    "external_id": _("external id"),
    "name": _("name"),
    "parent": _("external id of the parent"),
    "industry": _("industry"),
    "country": _("country"),
    "currency": _("currency"),
    "owner": _("account manager (e-mail or name)"),
    "status": _("status"),
    "key": _("ledger key"),
    "deleted": _("deleted (such rows are left out)"),
}


def guess(columns: tuple[str, ...]) -> dict[str, str]:
    return guessed(columns, MEANINGS)


def checked(mapping: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    """A mapping that can be used; raises InvalidInput otherwise. The ledger key may be the external id's column."""
    wanted = {meaning: column for meaning, column in mapping.items() if meaning in MEANINGS and column in columns}
    if "name" not in wanted:
        raise InvalidInput("account_columns", "name")
    taken = [column for meaning, column in wanted.items() if meaning != "key"]
    for column in taken:
        if taken.count(column) > 1:
            raise InvalidInput("account_column_twice", column, column=column)
    return wanted


def folder(subject: AccountImport) -> Path:
    return Path(settings.UPLOAD_DIR) / "accounts" / str(subject.pk)


def keep(subject: AccountImport, file: UploadedFile) -> None:
    uploads.keep(folder(subject), file)


def forget(subject: AccountImport) -> None:
    uploads.forget(folder(subject))


def opened(subject: AccountImport) -> Opened:
    """The uploaded file, opened safely; raises InvalidInput when it is refused or gone."""
    path = folder(subject) / "file"
    if not path.exists():
        raise InvalidInput("account_file_gone", subject.file_name)
    found = open_file(path, folder(subject), limits=Limits(max_bytes=MOST_BYTES, max_expanded=4 * MOST_BYTES))
    if found.rows > MOST_ROWS:
        raise InvalidInput("account_rows", subject.file_name, rows=found.rows, most=MOST_ROWS)
    return found


@dataclass(frozen=True)
class Line:
    """One row of a file: its number as a spreadsheet shows it, and its text per meaning; blank where empty."""

    row: int
    values: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, meaning: str) -> str:
        return self.values.get(meaning, "")


def lines(file: Opened, mapping: Mapping[str, str], workdir: Path) -> Iterator[Line]:
    """The rows of a file under a mapping, in their order."""
    return (Line(row, values) for row, values in texts(file, mapping, workdir))


def texts(file: Opened, mapping: Mapping[str, str], workdir: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's number and what it says under a mapping, without what is blank."""
    columns = ", ".join(["_row", *(identifier(column) for column in mapping.values())])
    with session(workdir, [file.path]) as connection:
        cursor = connection.execute(f"SELECT {columns} FROM {scan(file)} ORDER BY _row")  # noqa: S608 - quoted names
        while found := cursor.fetchmany(AT_ONCE):
            for row, *cells in found:
                yield row, {name: clean(text) for name, text in zip(mapping, cells, strict=True) if text}


def clean(text: str) -> str:
    """One line of text without control characters, which no name needs and PostgreSQL refuses."""
    shown = "".join(sign if unicodedata.category(sign) not in {"Cc", "Cs"} else " " for sign in text)
    return " ".join(shown.split())
