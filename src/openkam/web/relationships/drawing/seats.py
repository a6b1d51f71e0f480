"""Who sits where: rows of a band, from the border outwards, so that people in contact face each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .bands import Band, Column, Entry
from .model import SIDES, Network

#: How many entries a row has room for on a side, by the row and the number of rows.
Slots = Callable[[int, int], int]


@dataclass(frozen=True)
class Seat:
    """An entry's row, counted through all bands, and how far from the border it sits."""

    entry: Entry
    band: int
    row: int
    slot: int
    is_alone: bool = True


@dataclass(frozen=True)
class Seating:
    """Everybody's seat; `lengths` are the rows of each band."""

    seats: tuple[Seat, ...]
    lengths: tuple[int, ...]

    @property
    def rows(self) -> int:
        return sum(self.lengths)

    def first(self, band: int) -> int:
        return sum(self.lengths[:band])


def one_slot(_row: int, _rows: int) -> int:
    return 1


def seated(bands: Sequence[Band], network: Network, slots: Slots = one_slot) -> Seating:
    """The fewest rows that hold everybody: whoever is in contact has the first slot of a row of their own."""
    lengths = [max(1, len(band.ours.linked), len(band.theirs.linked)) for band in bands]
    if slots is one_slot:
        lengths = [max(1, len(band.ours.entries), len(band.theirs.entries)) for band in bands]
    while (at := _overfull(bands, lengths, slots)) is not None:
        lengths[at] += 1
    found: list[Seat] = []
    for at, band in enumerate(bands):
        first, rows = sum(lengths[:at]), sum(lengths)
        room = [slots(first + row, rows) for row in range(lengths[at])]
        found += _in_band(at, first, band, (network, room))
    return Seating(tuple(found), tuple(lengths))


def _overfull(bands: Sequence[Band], lengths: Sequence[int], slots: Slots) -> int | None:
    first, rows = 0, sum(lengths)
    for at, (band, length) in enumerate(zip(bands, lengths, strict=True)):
        room = sum(slots(first + row, rows) for row in range(length))
        if any(len(band.of(side).entries) > room for side in SIDES):
            return at
        first += length
    return None


def _in_band(at: int, first: int, band: Band, given: tuple[Network, list[int]]) -> list[Seat]:
    network, room = given
    ours = {entry.key: row for row, entry in enumerate(band.ours.linked)}
    facing = _facing(band.theirs, ours, (network, len(room)))
    found = []
    for side, rows in zip(SIDES, (ours, facing), strict=True):
        cells = _cells(band.of(side), rows, room)
        busy = [row for _entry, row, _slot in cells]
        found += [Seat(entry, at, first + row, slot, busy.count(row) == 1) for entry, row, slot in cells]
    return found


def _cells(column: Column, rows: dict[str, int], room: Sequence[int]) -> list[tuple[Entry, int, int]]:
    """Those at the border in their rows, the others in what is left, row by row."""
    taken = set(rows.values())
    free = [(row, slot) for row, most in enumerate(room) for slot in range(most) if slot or row not in taken]
    placed = [(entry, rows[entry.key], 0) for entry in column.linked]
    return placed + [(entry, *cell) for entry, cell in zip(column.others, free, strict=False)]


def _facing(column: Column, ours: dict[str, int], given: tuple[Network, int]) -> dict[str, int]:
    """The rows of their people: opposite the one of ours whom they meet most, where that row is free."""
    network, length = given
    wishes: dict[str, tuple[int, int]] = {}
    for edge in network.edges:
        if edge.ours in ours and edge.weight > wishes.get(edge.theirs, (0, 0))[0]:
            wishes[edge.theirs] = (edge.weight, ours[edge.ours])
    rows: dict[str, int] = {}
    for entry in sorted(column.linked, key=lambda entry: -wishes.get(entry.key, (0, 0))[0]):
        if (wish := wishes.get(entry.key)) and wish[1] not in rows.values():
            rows[entry.key] = wish[1]
    free = iter([row for row in range(length) if row not in rows.values()])
    return rows | {entry.key: next(free) for entry in column.linked if entry.key not in rows}
