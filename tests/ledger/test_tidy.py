import pytest

from openkam.ledger.dialect import Dialect
from openkam.ledger.guard import Limits, Refused
from openkam.ledger.tidy import NAMED, Ragged, fit, rewrite_text, write_rows

DIALECT = Dialect(",", 1, ("a", "b"))


def rewritten(folder, text: str, **limits):
    (folder / "in.csv").write_bytes(text.encode())
    tidy = rewrite_text(folder / "in.csv", folder / "out.csv", DIALECT, Limits(**limits))
    return tidy, (folder / "out.csv").read_bytes().decode()


def test_rows_are_numbered_trimmed_and_of_one_width(tmp_path):
    tidy, text = rewritten(tmp_path, 'a,b\r\n 1 ,"x\r\ny"\r\n\r\n2\r\n3,4,5\r\n')
    assert text == '2,1,"x\r\ny"\n4,2,\n5,3,4\n'
    assert tidy.ragged == [Ragged(4, 1, 2), Ragged(5, 3, 2)]
    assert (tidy.rows, tidy.multiline, tidy.sample[1]) == (3, True, ("2", None))


def test_many_ragged_rows_are_counted_and_the_first_are_named(tmp_path):
    tidy, _ = rewritten(tmp_path, "a,b\n" + "1\n" * (NAMED + 50))
    assert (len(tidy.ragged), tidy.ragged_rows) == (NAMED, NAMED + 50)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('a,b\n1,"2\n3,4\n', "quote_open", "row 2"),
        ('a,b\n1,"2\n' + "3,4\n" * 50, "quote_open", "row 2"),
        ("a,b\n" + "x" * 200, "line_too_long", "row 2"),
    ],
)
def test_a_record_that_never_ends_is_refused_and_leaves_no_file(tmp_path, text, code, where):
    with pytest.raises(Refused) as refused:
        rewritten(tmp_path, text, max_line_bytes=100)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert not (tmp_path / "out.csv").exists()


def test_a_failing_source_leaves_no_file(tmp_path):
    def failing():
        yield 2, ["1", "2"]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_rows(tmp_path / "out.csv", failing(), DIALECT)
    assert list(tmp_path.iterdir()) == []


def test_fitting_fills_and_cuts():
    assert (fit(["a"], 2), fit(["a", "b", "c"], 2)) == (["a", ""], ["a", "b"])
