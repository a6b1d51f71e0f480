"""Bytes in, bytes out, in bounded pieces: hashing, expanding gzip, transcoding to UTF-8."""

import codecs
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from openkam.ledger.guard import MIB, Limits, Refused

CHUNK = MIB
GZIP_MAGIC = b"\x1f\x8b"

Source = Callable[[], Iterator[bytes]]


def chunks(path: Path, size: int = CHUNK) -> Iterator[bytes]:
    """The file in pieces of `size` bytes."""
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece


def file_hash(path: Path) -> str:
    """SHA-256 of the file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def gunzip(packed: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    """The members of a gzip file, expanded one after the other, never more than CHUNK bytes at once.

    Raises Refused("expands_too_far") past max_expanded or the ratio, Refused("gzip_broken") on a torn file.
    """
    bound = _Bound(limits)
    unpack = zlib.decompressobj(31)
    for piece in packed:
        bound.packed += len(piece)
        left = piece
        while left:
            if unpack.eof:  # another member follows, or the zeros that tapes and some writers pad with
                left = left.lstrip(b"\0")
                unpack = zlib.decompressobj(31) if left else unpack
                continue
            expanded = _expand(unpack, left)
            bound.add(len(expanded))
            yield expanded
            left = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    yield from _rest(unpack, bound)


def _rest(unpack: "zlib._Decompress", bound: "_Bound") -> Iterator[bytes]:
    while not unpack.eof:
        expanded = _expand(unpack, b"")
        if not expanded:
            raise Refused("gzip_broken", because="torn")
        bound.add(len(expanded))
        yield expanded


def _expand(unpack: "zlib._Decompress", piece: bytes) -> bytes:
    try:
        return unpack.decompress(piece, CHUNK)
    except zlib.error as error:
        raise Refused("gzip_broken", because=str(error)) from None


class _Bound:
    """Expanded bytes against the limits, while they come."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.packed, self.expanded = limits, 0, 0

    def add(self, count: int) -> None:
        self.expanded += count
        if self.expanded > self.limits.max_expanded:
            raise Refused("expands_too_far", limit=self.limits.max_expanded)
        ratio = self.expanded / max(self.packed, 1)
        if self.expanded > self.limits.gzip_ratio_from and ratio > self.limits.gzip_ratio:
            raise Refused("expands_too_far", ratio=round(ratio), limit=self.limits.gzip_ratio)


def transcode(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-8 for text in `encoding`; Refused("encoding", offset=, byte=) at the first byte that is not."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    done = 0
    for piece in pieces:
        waiting = len(decoder.getstate()[0])
        try:
            yield decoder.decode(piece).encode("utf-8")
        except UnicodeError as error:
            raise _undecodable(error, done - waiting, encoding) from None
        done += len(piece)
    waiting = len(decoder.getstate()[0])
    try:
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError as error:
        raise _undecodable(error, done - waiting, encoding) from None


def _undecodable(error: UnicodeError, base: int, encoding: str) -> Refused:
    if isinstance(error, UnicodeDecodeError):
        offset, byte = base + error.start, f"{error.object[error.start]:02X}"
        return Refused("encoding", encoding=encoding, offset=offset, byte=byte)
    return Refused("encoding", encoding=encoding, offset=base, byte="")


def save(pieces: Iterable[bytes], target: Path, limits: Limits) -> Path:
    """Write the pieces to `target`, bounded; on any failure the file is gone."""
    written = 0
    try:
        with target.open("wb") as file:
            for piece in pieces:
                written += len(piece)
                if written > limits.max_expanded:
                    raise Refused("expands_too_far", limit=limits.max_expanded)
                file.write(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def edges(path: Path) -> bytes:
    """The first and the last 64 KiB of a file."""
    with path.open("rb") as file:
        start = file.read(65_536)
        file.seek(max(path.stat().st_size - 65_536, 0))
        return start + file.read(65_536)


def around(pieces: Iterable[bytes], offset: int, size: int = 262_144) -> bytes:
    """Up to `size` bytes from shortly before an offset.

    >>> around([b"abc", b"defg"], 4, 5), len(around([b"x" * 500], 400))
    (b'abcde', 300)
    """
    skip, sample = max(offset - 200, 0), bytearray()
    for piece in pieces:
        sample += piece[skip:]
        skip = max(skip - len(piece), 0)
        if len(sample) >= size:
            break
    return bytes(sample[:size])


def head(pieces: Iterator[bytes], size: int = CHUNK) -> bytes:
    """The first `size` bytes, or all when there are fewer."""
    start = bytearray()
    for piece in pieces:
        start += piece
        if len(start) >= size:
            break
    return bytes(start[:size])
