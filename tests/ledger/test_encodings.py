import pytest

from openkam.ledger.encodings import ENCODINGS, detect, detect_legacy, named_encoding
from openkam.ledger.guard import Refused


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_offered_encoding_is_its_own_name(name):
    assert named_encoding(name) == name
    assert named_encoding(name.upper()) == name


@pytest.mark.parametrize("name", ["rot13", "base64", "zip", "idna", "x" * 500, "utf-7", "unicode_escape", "a\0b"])
def test_what_is_no_encoding_of_a_table_is_refused(name):
    with pytest.raises(Refused) as refused:
        named_encoding(name)
    assert refused.value.code == "encoding_unknown"


def test_plain_ascii_is_utf8():
    assert detect(b"a,b\n1,2\n") == "utf-8"


def test_a_character_cut_off_by_the_end_of_the_sample_does_no_harm():
    text = "客戶編號,金額\n" * 5
    for encoding in ("utf-8", "cp950", "utf-16-le"):
        assert detect(text.encode(encoding)[:-1]) == encoding


@pytest.mark.parametrize("text", ["客戶,金額\n台塑,1\n", "客户,金额\n宝钢,1\n", "name,value\nx,1\n"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(text, encoding):
    assert detect(text.encode(encoding)) == encoding


def test_zero_bytes_that_make_no_text_are_binary():
    for sample in (b"\0" * 100, bytes(range(256)) * 4, b"\0\1\2\3" * 50):
        with pytest.raises(Refused) as refused:
            detect(sample)
        assert refused.value.code == "binary"


TRADITIONAL = ["幣別", "單價", "數量", "發票號碼", "統一編號", "鴻海精密", "聯發科技", "備註", "應收帳款", "營業稅額"]
SIMPLIFIED = ["币种", "单价", "数量", "发票号码", "税号", "宁德时代", "比亚迪", "备注", "应收账款", "增值税额"]


@pytest.mark.parametrize("word", TRADITIONAL)
def test_one_traditional_word_tells_big5(word):
    assert detect_legacy(f"{word},1\n".encode("cp950")) == "cp950"


@pytest.mark.parametrize("word", SIMPLIFIED)
def test_one_simplified_word_tells_gb18030(word):
    assert detect_legacy(f"{word},1\n".encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("word", ["Müller", "Straße", "Café", "naïve", "Señor", "Ærø", "€5", "£10", "Société à Liège"])
def test_one_western_word_tells_windows_1252(word):
    assert detect_legacy(f"{word},1\n".encode("cp1252")) == "cp1252"


def test_a_few_broken_bytes_leave_utf8_what_it_is():
    assert detect("客戶編號,金額\n".encode() + b"\xff\n") == "utf-8"
