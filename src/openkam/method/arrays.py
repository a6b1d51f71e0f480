"""Numbers in a row: finite or refused with their place, and as shares of their sum."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from openkam.method.errors import InvalidInput

FloatArray = npt.NDArray[np.float64]
Vector = Sequence[float | Decimal] | FloatArray

Given = TypeVar("Given")
Found = TypeVar("Found")


def finite(values: Vector) -> FloatArray:
    """The values as floats. Raises InvalidInput("empty" | "not_finite") with the place of the first that is not.

    >>> finite([1, 2.5, float("nan")])
    Traceback (most recent call last):
    openkam.method.errors.InvalidInput: not_finite at /2
    """
    array = np.asarray(values, dtype=np.float64)
    if not array.size:
        raise InvalidInput("empty")
    for place in np.flatnonzero(~np.isfinite(array))[:1].tolist():
        raise InvalidInput("not_finite", f"/{place}")
    return array


def shares(amounts: FloatArray) -> FloatArray:
    """Each amount over their sum, which must be positive.

    >>> shares(np.array([3.0, 1.0])).tolist()
    [0.75, 0.25]
    """
    found: FloatArray = amounts / amounts.sum()
    return found


def placed(where: str, rule: Callable[[Given], Found], values: Given) -> Found:
    """What the rule finds; its InvalidInput names the place from `where` on.

    >>> placed("/points", finite, [float("inf")])
    Traceback (most recent call last):
    openkam.method.errors.InvalidInput: not_finite at /points/0
    """
    try:
        return rule(values)
    except InvalidInput as error:
        raise InvalidInput(error.code, where + error.where, **error.values) from error
