"""In which encoding is this text? Marks first, then strict decoding, then which reading makes sense."""

import codecs
from dataclasses import dataclass

import charset_normalizer

from openkam.ledger.guard import Refused
from openkam.ledger.hanzi import COMMON

# What a person may choose from; aliases of these are understood too.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp950",
    "big5hkscs",
    "gb18030",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp1251",
    "cp932",
    "cp949",
)
_WIDER = {"ascii": "utf-8", "utf-8-sig": "utf-8", "big5": "cp950", "gbk": "gb18030", "gb2312": "gb18030"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp950", "big5hkscs", "gb18030", "cp1252")
_STRUCTURE = frozenset("\n\r\t ,;|\"'.-/:()0123456789")
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1a\x1e\x1f")


def named_encoding(name: str) -> str:
    """The encoding that is meant by a name; Refused("encoding_unknown") when it is not one of ENCODINGS.

    >>> named_encoding("Big5"), named_encoding("GB2312"), named_encoding("UTF8")
    ('cp950', 'gb18030', 'utf-8')
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        raise Refused("encoding_unknown", name) from None
    found = _WIDER.get(found, found)
    for known in ENCODINGS:
        if codecs.lookup(known).name == found:
            return known
    raise Refused("encoding_unknown", name)


def detect(sample: bytes) -> str:
    """The encoding of a text, from its first bytes; Refused("binary") when it is no text at all.

    >>> detect("客戶編號,發票日期,金額".encode("cp950")), detect("客户编号,开票日期,金额".encode("gbk"))
    ('cp950', 'gb18030')
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _wide(sample)
    if sum(sample.count(byte) for byte in _CONTROL) > len(sample) // 100:
        raise Refused("binary")
    if _decoded(sample, "utf-8") is not None or _mostly_utf8(sample):
        return "utf-8"
    return detect_legacy(sample)


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The text, where a last character cut off by the end of the sample does no harm."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeError:
        return None


def _mostly_utf8(sample: bytes) -> bool:
    """UTF-8 with a few broken bytes is broken UTF-8: reading it as something else would hide that."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - broken > broken


def _wide(sample: bytes) -> str:
    readings = {name: _decoded(sample, name) for name in ("utf-16-le", "utf-16-be")}
    scores = {name: _wide_score(text) for name, text in readings.items() if text and "\0" not in text}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or scores[best] < 0.5:
        raise Refused("binary")
    return best


def _wide_score(text: str) -> float:
    """Share of characters that a table in any language is made of."""
    likely = sum(char in _STRUCTURE or char in COMMON or (char.isascii() and char.isalpha()) for char in text)
    return likely / len(text)


@dataclass(frozen=True)
class _Reading:
    encoding: str
    score: float


def detect_legacy(sample: bytes) -> str:
    """Big5, GB 18030 or Windows-1252: the reading whose characters make most sense.

    >>> detect_legacy("Müller;Köln".encode("latin-1"))
    'cp1252'
    """
    readings = []
    for encoding in _LEGACY:
        text = _decoded(sample, encoding)
        if text is not None:
            readings.append(_Reading(encoding, _score(text, encoding)))
    if any(reading.encoding == "cp950" for reading in readings):  # the plain Big5 wherever it is enough
        readings = [reading for reading in readings if reading.encoding != "big5hkscs"]
    readings.sort(key=lambda reading: -reading.score)
    if not readings:
        raise Refused("encoding", encoding="", offset=_first_high(sample), byte=_first_byte(sample))
    if len(readings) > 1 and readings[0].score - readings[1].score < 0.05:
        return _arbiter(sample, readings)
    return readings[0].encoding


def _arbiter(sample: bytes, readings: list[_Reading]) -> str:
    """charset-normalizer decides between two readings that are equally likely by their characters."""
    close = [one.encoding for one in readings if readings[0].score - one.score < 0.05]
    found = charset_normalizer.from_bytes(sample[:65536], cp_isolation=[*close]).best()
    names = {codecs.lookup(name).name: name for name in close}
    return names.get(codecs.lookup(found.encoding).name if found else "", readings[0].encoding)


def _first_high(sample: bytes) -> int:
    return next((at for at, byte in enumerate(sample) if byte > 127), 0)


def _first_byte(sample: bytes) -> str:
    return f"{sample[_first_high(sample)]:02X}" if sample else ""


def _score(text: str, encoding: str) -> float:
    """Mean plausibility of the characters beyond ASCII, -1..1; 0 when there are none."""
    text = text[:200_000]
    return _western(text) if encoding == "cp1252" else _chinese(text)


def _chinese(text: str) -> float:
    beyond = [char for char in text if ord(char) > 127]
    return sum(_hanzi_weight(char) for char in beyond) / len(beyond) if beyond else 0.0


def _hanzi_weight(char: str) -> float:
    """1 for a character of every day, less for a rare one, negative for what no table holds."""
    if char in COMMON:
        return 1.0
    code = ord(char)
    if 0x3000 <= code <= 0x3011 or 0xFF01 <= code <= 0xFF5E:
        return 0.5
    if 0x4E00 <= code <= 0x9FFF:
        return 0.35 if _taught(char) else -0.2
    return -1.0 if 0xE000 <= code <= 0xF8FF or code > 0xFFFF else -0.5


def _taught(char: str) -> bool:
    """In the first level of Big5 or of GB 2312: the characters taught at school."""
    try:
        if 0xA4 <= char.encode("cp950")[0] <= 0xC6:
            return True
    except UnicodeEncodeError:
        pass
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _western(text: str) -> float:
    """Accented letters stand alone in a word of plain ones; Chinese read as Western comes in runs."""
    total, count = 0.0, 0
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if ord(char) > 127:
            count += 1
            total += _western_weight(before, char, after)
    return total / count if count else 0.0


def _western_weight(before: str, char: str, after: str) -> float:
    alone = before.isascii() and after.isascii()
    if char.isalpha() and char not in "ªºµ":
        in_word = before.isalpha() or after.isalpha()
        return (0.9 if in_word else 0.5) if alone else -0.4
    return 0.5 if alone and char in "€£¥°–—’“”«» " else -0.6
