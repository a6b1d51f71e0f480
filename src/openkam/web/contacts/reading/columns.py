"""Columns of people: what each can mean, by the names that CRMs and people give it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openkam.method.errors import InvalidInput
from openkam.web.programme.columns import guess as guessed

#: In the order the form asks. A name is compared in small letters without spaces, dots, underscores and the
#: "property" before HubSpot's names.
MEANINGS = {
    "external_id": (
        "id contactid recordid externalid hsobjectid personid employeeid employeenumber uid "
        "聯絡人編號 联系人编号 員工編號 员工编号 工號 工号 編號 编号"
    ),
    "name": (
        "name fullname contactname displayname person contact 姓名 聯絡人 联系人 聯絡人姓名 联系人姓名 "
        "中文姓名 名字 ansprechpartner"
    ),
    "first_name": "firstname givenname forename vorname 名",
    "last_name": "lastname surname familyname nachname 姓 姓氏",
    "account_id": (
        "accountid companyid associatedcompanyid customerid customerkey customercode ledgerkey kundennummer "
        "客戶編號 客户编号 客戶代號 客户代号"
    ),
    "account": (
        "account accountname company companyname associatedcompany customer customername organization organisation "
        "employer firma kunde 公司 公司名稱 公司名称 客戶 客户 客戶名稱 客户名称 單位 单位"
    ),
    "title": "title jobtitle position role 職稱 职称 職務 职务 職位 职位 berufsbezeichnung stellung",
    "function": "department dept function businessfunction jobfunction 部門 部门 職能 职能 abteilung",
    "level": "level joblevel seniority managementlevel 層級 层级 職級 职级 職等 职等 ebene",
    "reports_to": (
        "reportsto reportstoid manager managername managerid manageremail supervisor boss "
        "直屬主管 直属主管 主管 上司 上級 上级 匯報對象 汇报对象 vorgesetzter vorgesetzte"
    ),
    "email": ("email emailaddress mail workemail email1 電子郵件 电子邮件 電郵 电邮 電子信箱 信箱 邮箱 emailadresse"),
    "phone": "phone phonenumber telephone businessphone workphone telefon 電話 电话 聯絡電話 联系电话",
    "mobile": "mobile mobilephone mobilephonenumber cell cellphone handy 手機 手机 行動電話 移动电话",
    "site": "site location worklocation city mailingcity plant 廠區 厂区 地點 地点 城市 工作地點 工作地点 standort",
    "languages": "languages language preferredlanguage hslanguage 語言 语言 sprache sprachen",
    "address_form": "formofaddress addressform preferredname nickname anrede 稱呼 称呼 尊稱 尊称",
    "deleted": "isdeleted deleted archived fivetrandeleted 已刪除 已删除",
}
_HAN = re.compile(r"[㐀-鿿豈-﫿]")


@dataclass(frozen=True)
class Line:
    """One row or card: its number as its file counts it, and its text per meaning; blank where empty."""

    row: int
    values: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, meaning: str) -> str:
        return self.values.get(meaning, "")

    @property
    def name(self) -> str:
        return self["name"] or full_name(self["first_name"], self["last_name"])


def full_name(first: str, last: str) -> str:
    """Both names as they are written: the family name first and close where it is Chinese.

    >>> full_name("Anna", "Meyer"), full_name("小明", "王"), full_name("", "Meyer")
    ('Anna Meyer', '王小明', 'Meyer')
    """
    if _HAN.search(last):
        return f"{last}{first}" if not first or _HAN.search(first) else f"{first} {last}"
    return " ".join(part for part in (first, last) if part)


def guess(columns: tuple[str, ...]) -> dict[str, str]:
    return guessed(columns, MEANINGS)


def checked(mapping: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    """A mapping that can be used; raises InvalidInput("people_columns" | "people_column_twice").

    A person needs a name; a number may stand for it where people have none.
    """
    wanted = {meaning: column for meaning, column in mapping.items() if meaning in MEANINGS and column in columns}
    if not {"name", "first_name", "last_name"} & set(wanted):
        raise InvalidInput("people_columns", "name")
    taken = [column for meaning, column in wanted.items() if meaning != "external_id"]
    for column in taken:
        if taken.count(column) > 1:
            raise InvalidInput("people_column_twice", column, column=column)
    return wanted


def sampled(mapping: Mapping[str, str], columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[Line]:
    """The first rows of a table as they would be read."""
    places = {meaning: columns.index(column) for meaning, column in mapping.items() if column in columns}
    for number, cells in enumerate(rows, 1):
        yield Line(number, {meaning: cells[at] or "" for meaning, at in places.items() if at < len(cells)})
