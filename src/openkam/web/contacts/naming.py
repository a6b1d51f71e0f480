"""Names as they are compared: 王小明 and 王 小明, 陳學友 and 陈学友, MEYER, Anna and Anna Meyer are the same."""

import re
from functools import cache

from opencc import OpenCC

from openkam.web.accounts.search import fold

#: Forms of address that are no part of a name.
HONORIFICS = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "ing", "dipl", "phd", "mba"}
    | {"先生", "小姐", "女士", "经理", "总", "董事长", "总经理", "博士"}
)
HAN = re.compile(r"[㐀-鿿豈-﫿]")
PARTS = re.compile(r"[\s,.;·・()\-_/\"']+")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def folded_parts(text: str) -> list[str]:
    """The parts of a text without case, in simplified characters.

    >>> folded_parts("張 Straße-Meyer")
    ['张', 'strasse', 'meyer']
    """
    folded = fold(text)
    if HAN.search(folded):
        folded = _simplifier().convert(folded)
    return [part for part in PARTS.split(folded) if part]


def folded_name(name: str) -> str:
    """The parts of a name without case, forms of address, script variant and order; a Han name without its spaces.

    >>> folded_name("Dr. MEYER, Anna") == folded_name("Anna Meyer")
    True
    >>> folded_name("王 小明")
    '王小明'
    >>> folded_name("張學友") == folded_name("张学友")
    True
    """
    parts = [part for part in folded_parts(name) if part not in HONORIFICS]
    if parts and all(HAN.search(part) for part in parts):
        return "".join(parts)[:400]
    return " ".join(sorted(parts))[:400] or fold(name)[:400]


def names_within(folded: str) -> list[str]:
    """The names that a folded name holds: "wang xiaoming 王小明" is both the Han name and the Latin one.

    >>> names_within("wang xiaoming 王小明")
    ['wang xiaoming 王小明', '王小明', 'wang xiaoming']
    """
    parts = folded.split()
    han = [part for part in parts if HAN.search(part)]
    latin = [part for part in parts if not HAN.search(part)]
    if not han or not latin:
        return [folded]
    # one part alone, a given name say, would make strangers alike
    return [folded, *(["".join(han)] if len("".join(han)) > 1 else []), *([" ".join(latin)] if len(latin) > 1 else [])]
