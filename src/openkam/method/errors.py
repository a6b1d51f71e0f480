"""The one exception of the three lower floors: what is wrong, where, with which values."""

from collections.abc import Mapping
from types import MappingProxyType


class InvalidInput(ValueError):  # noqa: N818 - it is what the input is
    """Input that a rule of the method refuses.

    code    the kind of mistake, a word that `web` turns into a sentence ("weights", "not_finite").
    where   the place: a field, a row, a JSON pointer; empty when the whole input is meant.
    values  what the sentence needs to name, read-only.

    >>> str(InvalidInput("rating", "row 2", rating=11))
    'rating at row 2: rating=11'
    """

    def __init__(self, code: str, where: str = "", **values: object) -> None:
        super().__init__(code, where, values)
        self.code = code
        self.where = where
        self.values: Mapping[str, object] = MappingProxyType(values)

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        details = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code}{place}: {details}" if details else f"{self.code}{place}"
