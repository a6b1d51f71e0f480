import pytest

from openkam.ledger.dialect import detect_dialect, find_header, unique_names
from openkam.ledger.guard import Limits, Refused


def found(text: str, **how):
    return detect_dialect(text, how.get("delimiter"), how.get("limits", Limits()))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,000\t2,000\n", "\t"),
        ('name,note\nA,"x;y;z"\nB,"p;q;r"\n', ","),
        ("Report, all\nname;date;net\nA;2024-01-01;1,5\nB;2024-01-02;2,5\n", ";"),
        ("time\n10:30\n11:45\n", ","),
        ("a:b:c\n1:2:3\n", ":"),
        ("a|b\n1|2\n", "|"),
        ("sep=|\na,x|b,y\n1|2\n", "|"),
        ('"sep=;"\r\na;b\r\n1;2\r\n', ";"),
        ("only\nrows\n", ","),
        ("2023;2024\n1,5;2,5\n", ";"),
    ],
)
def test_the_delimiter_is_the_one_that_explains_the_table(text, delimiter):
    assert found(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["a", "b", "c"], ["1", "2", "3"]], 1),
        ([["a", "", "c"], ["1", "2", "3"], ["1", "2", "3"]], 1),
        ([["Title", "", ""], ["a", "b", "c"]], 2),
        ([[], ["Title"], ["from", "2024"], ["a", "b", "c"], ["1", "2", "3"]], 4),
        ([["a", "b", "c", "d"], ["1", "2", "", ""], ["1", "2", "", ""]], 1),
    ],
)
def test_the_header_is_the_first_row_filled_like_the_table(rows, header):
    assert find_header(rows) == header


def test_empty_texts_have_no_dialect():
    for text in ("", "\n\n", " , \n", "sep=;\n"):
        with pytest.raises(Refused) as refused:
            found(text)
        assert refused.value.code == "empty"


def test_columns_without_a_name_and_trailing_delimiters():
    assert found("a,b,,\n1,2,,\n").columns == ("a", "b")
    assert found("a,b\n1,2,3\n4,5,6\n").columns == ("a", "b", "column 3")
    assert found("a,b\n1,2\n4,5,6\n7,8\n9,9\n").columns == ("a", "b")
    assert unique_names(["", "column 1", "_ROW"]) == ("column 1", "column 1 (2)", "_ROW (2)")


def test_too_many_columns_are_refused():
    with pytest.raises(Refused) as refused:
        found("a,b,c\n", limits=Limits(max_columns=2))
    assert dict(refused.value.values) == {"columns": 3, "limit": 2}
