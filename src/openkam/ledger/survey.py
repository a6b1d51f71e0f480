"""One look over a whole UTF-8 text table, before an engine reads it: is every record what it seems?

A tidy file is scanned where it lies. Anything else (stray quotes, blank lines, records of other lengths,
mixed line ends) is worth a rewrite, because two readers would not agree on it.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from openkam.ledger.dialect import BLANKS
from openkam.ledger.guard import Limits, Refused

Positions = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]
_LF, _CR, _SPACE, _QUOTE = 10, 13, 32, 34


class NotUtf8(Exception):  # noqa: N818 - a turn in the road, not an error
    """A byte that is not UTF-8; `early` when the text before it was plain ASCII, so that a guess was made too soon."""

    def __init__(self, offset: int, byte: str, early: bool) -> None:
        super().__init__(offset, byte)
        self.offset, self.byte, self.early = offset, byte, early


@dataclass
class Survey:
    """What the look found: data records (the header and blank ones not counted), longest record in bytes."""

    delimiter: str
    width: int
    limits: Limits
    tidy: bool = True
    multiline: bool = False
    records: int = 0
    longest: int = 0
    blanks: bool = False
    padded: bool = False
    _blank: bool = False
    _stray: bool = False
    _ends: set[bool] = field(default_factory=set)

    @property
    def crlf(self) -> bool:
        """Whether lines end with carriage return and line feed."""
        return True in self._ends

    def feed(self, chunk: bytes, last: bool) -> bytes:
        """Look at the complete records of `chunk` (which starts with a record) and give back the rest."""
        data = np.frombuffer(chunk, np.uint8)
        quotes = np.flatnonzero(data == _QUOTE) if not self._stray else np.empty(0, np.intp)
        if quotes.size and self._misplaced(data, quotes):
            self.tidy, self._stray, quotes = False, True, np.empty(0, np.intp)
        breaks = np.flatnonzero(data == _LF)
        ends = _outside(breaks, quotes)
        self.multiline |= ends.size < breaks.size
        if ends.size:
            self._records(data[: ends[-1] + 1], ends, quotes)
        rest = chunk[int(ends[-1]) + 1 :] if ends.size else chunk
        self._bound(rest)
        if last and rest:
            self._last(rest, quotes.size % 2 == 1)
        return rest

    def _pads(self, data: Bytes) -> bool:
        """A space at the edge of a value, or at least beside what could be one."""
        spaces = np.flatnonzero(data == _SPACE)
        if not spaces.size:
            return False
        edges = np.zeros(256, np.bool_)
        edges[[ord(self.delimiter), _LF, _CR, _QUOTE]] = True
        inner = spaces[(spaces > 0) & (spaces < data.size - 1)]
        return inner.size < spaces.size or bool((edges[data[inner - 1]] | edges[data[inner + 1]]).any())

    def _misplaced(self, data: Bytes, quotes: Positions) -> bool:
        """A quote opens after a delimiter or a line break, closes before one; two in a row are one character."""
        around = np.array([ord(self.delimiter), _LF, _QUOTE], np.uint8)
        opening, closing = quotes[0::2], quotes[1::2]
        opening = opening[opening > 0]
        closing = closing[closing + 1 < data.size]
        after = data[closing + 1]
        good_after = np.isin(after, around) | (after == _CR)
        return not (bool(np.isin(data[opening - 1], around).all()) and bool(good_after.all()))

    def _records(self, data: Bytes, ends: Positions, quotes: Positions) -> None:
        starts = np.concatenate(([0], ends[:-1] + 1))
        carriage = (ends > starts) & (data[ends - 1] == _CR)
        lengths = ends - starts - carriage
        self.padded = self.padded or self._pads(data)
        self._line_ends(data, carriage)
        self.longest = max(self.longest, int(lengths.max()))
        delimiters = _outside(np.flatnonzero(data == ord(self.delimiter)), quotes)
        fields = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
        empty = lengths == 0
        self._gaps(empty)
        hollow = ~empty & (lengths == fields - 1) & (self.width > 1)
        if hollow.any() or not (empty | (fields == self.width)).all():
            self.tidy = False
        self.records += int((~empty).sum())

    def _line_ends(self, data: Bytes, carriage: npt.NDArray[np.bool_]) -> None:
        """All lines end alike, and no carriage return stands anywhere else."""
        self._ends.update(np.unique(carriage).tolist())
        returns = int((data == _CR).sum())
        if len(self._ends) > 1 or (returns != int(carriage.sum()) and not self.multiline):
            self.tidy = False

    def _gaps(self, empty: npt.NDArray[np.bool_]) -> None:
        """Blank lines at the end do no harm; elsewhere they would shift the numbers of the rows."""
        filled = np.flatnonzero(~empty)
        if filled.size and (self._blank or bool(empty[: filled[-1]].any())):
            self.tidy = False
        self._blank = bool(empty[-1]) if not filled.size or filled[-1] < empty.size - 1 else False
        if empty.any() and self.width == 1:
            self.tidy = False

    def _bound(self, rest: bytes) -> None:
        if b"\r" in rest and b"\n" not in rest:
            self.tidy, rest = False, rest[rest.rfind(b"\r") + 1 :]
        self.longest = max(self.longest, len(rest))
        if self.longest > self.limits.max_line_bytes:
            code = "quote_open" if b'"' in rest[:100_000] and not self._stray else "line_too_long"
            raise Refused(code, f"row {self.records + 1}", limit=self.limits.max_line_bytes)

    def _last(self, rest: bytes, open_quote: bool) -> None:
        """The last record, when no line break follows it."""
        if open_quote:
            self.tidy = False
            return
        data = np.frombuffer(rest + b"\n", np.uint8)
        quotes = np.flatnonzero(data == _QUOTE) if not self._stray else np.empty(0, np.intp)
        seen = set(self._ends)
        self._records(data, np.array([data.size - 1]), quotes)
        self._ends = seen


def _outside(positions: Positions, quotes: Positions) -> Positions:
    """The positions that are not inside quotes."""
    if not quotes.size:
        return positions
    outside: Positions = positions[np.searchsorted(quotes, positions) % 2 == 0]
    return outside


def survey(pieces: Iterable[bytes], delimiter: str, width: int, limits: Limits) -> Survey:
    """Look over a whole file; raises NotUtf8, and Refused("binary" | "line_too_long" | "quote_open")."""
    found = Survey(delimiter, width, limits)
    check = _Utf8()
    rest = b""
    strange = [blank.encode() for blank in BLANKS if blank not in f" \r\n{delimiter}"]
    if delimiter in BLANKS:  # inside quotes it is part of a value
        strange.append(b'"')
    for piece in pieces:
        check.feed(piece)
        found.blanks = found.blanks or any(blank in piece for blank in strange)
        rest = found.feed(rest + piece, last=False)
    check.close()
    if rest:
        found.feed(rest, last=True)
    return found


class _Utf8:
    """Strict UTF-8 over a stream; ASCII costs next to nothing."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.done, self.early = 0, True

    def feed(self, piece: bytes) -> None:
        if (at := piece.find(b"\0")) >= 0:
            raise Refused("binary", offset=self.done + at)
        waiting = self.decoder.getstate()[0]
        if not waiting and piece.isascii():
            self.done += len(piece)
            return
        self._decode(waiting, piece, final=False)
        self.done, self.early = self.done + len(piece), False

    def close(self) -> None:
        self._decode(self.decoder.getstate()[0], b"", final=True)

    def _decode(self, waiting: bytes, piece: bytes, *, final: bool) -> None:
        try:
            self.decoder.decode(piece, final=final)
        except UnicodeDecodeError as error:
            whole = waiting + piece
            early = self.early and whole[: error.start].isascii()
            offset = self.done - len(waiting) + error.start
            raise NotUtf8(offset, f"{whole[error.start]:02X}", early) from None
