"""Cards of three versions, columns in three languages, and what job titles give away."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.errors import InvalidInput
from openkam.web.contacts.reading import guess as titles
from openkam.web.contacts.reading.cards import MOST_LINE, read_cards
from openkam.web.contacts.reading.columns import checked, full_name, guess


def read(tmp_path: Path, *cards: bytes) -> list[dict[str, str]]:
    file = tmp_path / "people.vcf"
    file.write_bytes(b"".join(cards))
    return [dict(card.values) for card in read_cards(file)]


def card(*lines: str, version: str = "3.0", end: str = "\r\n", charset: str = "utf-8") -> bytes:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode(charset)


def test_a_card_of_version_2_1_in_quoted_printable_with_a_soft_break_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        card(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E5=B0=8F=",
            "=E6=98=8E",
            "TEL;WORK;VOICE:+886 2 1234",
            "TEL;CELL:+886 9",
            "EMAIL;INTERNET:old@acme.example",
            "EMAIL;PREF;INTERNET:wang@acme.example",
            "ORG:Acme;Quality",
            version="2.1",
        ),
    )
    assert found == [
        {
            "name": "王小明",
            "email": "wang@acme.example",
            "phone": "+886 2 1234",
            "mobile": "+886 9",
            "account": "Acme",
            "function": "Quality",
        }
    ]


def test_a_card_in_big5_is_read_by_the_charset_that_it_names(tmp_path: Path) -> None:
    name = "陳學友".encode("big5").hex(" ").upper().split()
    line = "FN;CHARSET=BIG5;ENCODING=QUOTED-PRINTABLE:" + "".join(f"={byte}" for byte in name)
    assert read(tmp_path, card(line, version="2.1")) == [{"name": "陳學友"}]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "big5"])
def test_a_file_of_cards_is_read_in_the_charset_it_is_written_in(charset: str, tmp_path: Path) -> None:
    text = card("FN:陳學友", "TITLE:品質保證部經理", "ORG:台積電股份有限公司;品質保證部").decode()
    assert read(tmp_path, text.encode(charset))[0]["name"] == "陳學友"


def test_folded_lines_commas_and_groups_of_version_3_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        card(
            "FN:Anna Meyer\\, Dr.",
            "N:Meyer;Anna;;Dr.;",
            "ORG:Acme GmbH;Ein",
            " kauf",
            "item1.EMAIL;type=INTERNET:anna@acme.example",
            "ADR;TYPE=HOME:;;Weg 1;Ulm;;;",
            "ADR;TYPE=WORK:;;Straße 2;Köln;;;",
            "PHOTO;ENCODING=b:////",
            end="\n",
        ),
    )
    assert found[0] == {
        "name": "Anna Meyer, Dr.",
        "email": "anna@acme.example",
        "account": "Acme GmbH",
        "function": "Einkauf",
        "site": "Köln",
    }


def test_a_card_of_version_4_names_its_manager_and_languages(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        card(
            "UID:urn:uuid:1",
            "FN:Lin",
            "EMAIL:second@acme.example",
            "EMAIL;PREF=1:lin@acme.example",
            'TEL;VALUE=uri;TYPE="voice,work":tel:+886-2-1',
            "LANG;PREF=1:zh",
            "LANG:en",
            "RELATED;TYPE=manager:urn:uuid:2",
            version="4.0",
        ),
    )
    assert found == [
        {
            "external_id": "urn:uuid:1",
            "name": "Lin",
            "email": "lin@acme.example",
            "phone": "+886-2-1",
            "languages": "zh, en",
            "reports_to": "urn:uuid:2",
        }
    ]


def test_nonsense_within_a_card_costs_no_other_card(tmp_path: Path) -> None:
    nonsense = card("this is nonsense", "PHOTO;ENCODING=b:@@@", "FN;CHARSET=x-none;ENCODING=QUOTED-PRINTABLE:=ZZ")
    cut = b"BEGIN:VCARD\nFN:Cut"
    found = read(tmp_path, card("FN:First"), nonsense, card("FN:Third"), b"\n\n", cut)
    assert [one.get("name") for one in found] == ["First", "=ZZ", "Third", "Cut"]


def test_a_card_within_a_card_is_no_person_of_its_own(tmp_path: Path) -> None:
    inner = card("FN:Agent").decode()
    assert read(tmp_path, card("FN:Lin", "AGENT:", inner.rstrip(), "TITLE:Buyer")) == [
        {"name": "Lin", "title": "Buyer"}
    ]


def test_a_text_that_goes_on_for_ever_is_cut_and_the_next_card_is_read(tmp_path: Path) -> None:
    endless = card("FN:Lin", "TITLE;ENCODING=QUOTED-PRINTABLE:=41=", *["=42="] * MOST_LINE, "=43", "ROLE:Buyer")
    found = read(tmp_path, endless, card("FN:Third"))
    assert [one["name"] for one in found] == ["Lin", "Third"]
    assert found[0]["title"].startswith("ABBB")
    assert len(found[0]["title"]) < MOST_LINE // 3


@given(st.binary(max_size=400))
def test_no_bytes_within_a_card_cost_another_card(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("cards") / "people.vcf"
    file.write_bytes(card("FN:Lin") * 20 + b"BEGIN:VCARD\n" + data + b"\nEND:VCARD\n")
    assert [one.name for one in read_cards(file)][:20] == ["Lin"] * 20


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            (
                "First Name",
                "Last Name",
                "Account Name",
                "Title",
                "Department",
                "Email",
                "Phone",
                "Reports To",
                "Contact ID",
            ),
            "first_name last_name account title function email phone reports_to external_id",
        ),
        (
            ("Record ID", "First Name", "Last Name", "Email", "Phone Number", "Job Title", "Company name"),
            "external_id first_name last_name email phone title account",
        ),
        (
            (
                "id",
                "property_company",
                "property_firstname",
                "property_lastname",
                "property_email",
                "property_jobtitle",
            ),
            "external_id account first_name last_name email title",
        ),
        (
            (
                "id",
                "account_id",
                "department",
                "email",
                "is_deleted",
                "mailing_city",
                "mobile_phone",
                "name",
                "reports_to_id",
            ),
            "external_id account_id function email deleted site mobile name reports_to",
        ),
        (
            ("姓名", "公司名稱", "職稱", "部門", "主管", "電子郵件", "手機"),
            "name account title function reports_to email mobile",
        ),
        (
            ("姓名", "公司名称", "职位", "部门", "上级", "邮箱", "电话"),
            "name account title function reports_to email phone",
        ),
        (("Vorname", "Nachname", "Firma", "Abteilung", "Telefon"), "first_name last_name account function phone"),
    ],
)
def test_columns_are_recognised(columns: tuple[str, ...], expected: str) -> None:
    assert guess(columns) == dict(zip(expected.split(), columns, strict=True))


@pytest.mark.parametrize(
    ("mapping", "code"),
    [({"email": "A"}, "people_columns"), ({"name": "A", "email": "A"}, "people_column_twice")],
)
def test_a_mapping_needs_a_name_and_each_column_once(mapping: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked(mapping, ("A", "B"))
    assert refusal.value.code == code


def test_a_number_may_stand_for_the_name() -> None:
    assert checked({"name": "id", "external_id": "id"}, ("id",)) == {"name": "id", "external_id": "id"}


@pytest.mark.parametrize(
    ("title", "function", "level"),
    [
        ("Vice President, Global Sourcing", "purchasing", "director"),
        ("President & CEO", "board", "director"),
        ("Managing Director", "board", "director"),
        ("Geschäftsführer", "board", "director"),
        ("Head of Quality", "quality", "manager"),
        ("Leiterin Einkauf", "purchasing", "manager"),
        ("Entwicklungsleiter", "rd", "manager"),
        ("Key Account Manager", "sales", "manager"),
        ("Business Development Director", "sales", "director"),
        ("Senior Process Engineer", "operations", "specialist"),
        ("EHS Specialist", "she", "specialist"),
        ("Accounts Payable Clerk", "finance", "clerk"),
        ("Assistant to the CEO", "board", "clerk"),
        ("Machine operator", "operations", "operator"),
        ("Warehouse Worker", "logistics", "operator"),
        ("採購總監", "purchasing", "director"),
        ("董事長", "board", "director"),
        ("研發副總經理", "rd", "director"),
        ("品保經理", "quality", "manager"),
        ("采购经理", "purchasing", "manager"),
        ("製程工程師", "operations", "specialist"),
        ("业务专员", "sales", "clerk"),
        ("行政職員", "administration", "clerk"),
        ("作業員", "operations", "operator"),
        ("Poet", "", ""),
    ],
)
def test_job_titles_give_away_function_and_level(title: str, function: str, level: str) -> None:
    assert (titles.function(title), titles.level(title)) == (function, level)


@pytest.mark.parametrize(
    ("first", "last", "name"), [("小明", "王", "王小明"), ("Anna", "Meyer", "Anna Meyer"), ("Kevin", "王", "Kevin 王")]
)
def test_names_are_written_as_their_script_does(first: str, last: str, name: str) -> None:
    assert full_name(first, last) == name
