"""Several raters: how far their scores lie apart, and whether they agree more than chance would.

Sources: Kendall & Babington Smith, Annals of Mathematical Statistics 10, 1939 (W); Schmidt, Decision Sciences 28,
1997 (its bands); Shrout & Fleiss, Psychological Bulletin 86, 1979 (ICC); Koo & Li, Journal of Chiropractic Medicine
15, 2016 (its bands).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator
from scipy.special import chdtrc

from openkam.method.arrays import FloatArray
from openkam.method.document import Name, Notice, Strict
from openkam.method.errors import InvalidInput
from openkam.method.scales import Score

RankBand = Literal["very_weak", "weak", "moderate", "strong"]
IccBand = Literal["poor", "moderate", "good", "excellent"]

FLAG_RANGE = 4
FEW_ITEMS, FEW_RATERS = 4, 2  # up to here W says little
ENOUGH_RATERS = 3

_DECIMALS = 9  # of a range, so that 5.1 less 1.1 is 4
_NOISE = 1e-18  # of the largest mean square: what rounding leaves of a zero


class Document(Strict):
    """Scores 1..10, one row per rater in the order of the items; None where a rater gave none."""

    raters: tuple[Name, ...] = Field(min_length=1, max_length=1000)
    items: tuple[Name, ...] = Field(min_length=1)
    scores: tuple[tuple[Score | None, ...], ...]

    @model_validator(mode="after")
    def _one_row_per_rater(self) -> "Document":
        if len(self.scores) != len(self.raters):
            raise InvalidInput("ragged", "/scores", length=len(self.scores), expected=len(self.raters))
        for rater, row in enumerate(self.scores):
            if len(row) != len(self.items):
                raise InvalidInput("ragged", f"/scores/{rater}", length=len(row), expected=len(self.items))
        return self


class Spread(Strict):
    """One item's scores, n of them: what to talk about is flagged, range >= 4. None where nobody scored it."""

    name: str
    n: int
    median: Decimal | None
    low: Decimal | None
    high: Decimal | None
    range: Decimal | None
    is_flagged: bool


class Kendall(Strict):
    """Agreement of rankings, w 0..1, over the items that every rater scored; left_out counts the others.

    w            corrected for ties; None when every rater scores everything alike. w_uncorrected ignores ties.
    s, t         squared deviations of the rank sums; sum of t^3 - t over ties. p from chi2 = m (n - 1) W.
    informative  False with up to four items or two raters: then keep p from the reader.
    """

    w: float | None
    w_uncorrected: float
    band: RankBand | None
    s: float
    t: float
    chi2: float | None
    df: int
    p: float | None
    raters: int
    items: int
    left_out: int
    informative: bool


class Icc(Strict):
    """Intraclass correlations of Shrout & Fleiss and their mean squares; at most 1, None where nothing varies.

    single_oneway  ICC(1,1), each item scored by other raters.
    single         ICC(2,1), absolute agreement: can one rater do it?
    fixed          ICC(3,1), consistency of these raters only.
    panel          ICC(2,k), of the mean of the panel; `band` is its band, `single_band` that of one rater.
    bms, wms       mean squares between and within items; jms between raters, ems what is left.
    """

    single_oneway: float | None
    single: float | None
    fixed: float | None
    panel: float | None
    band: IccBand | None
    single_band: IccBand | None
    bms: float
    wms: float
    jms: float
    ems: float
    raters: int
    items: int
    left_out: int


class Rule(Strict):
    """How the numbers were made."""

    flag_range: int = FLAG_RANGE
    centre: Literal["median"] = "median"
    ranks: Literal["average_of_ties"] = "average_of_ties"
    agreement_of: Literal["items_scored_by_all_raters"] = "items_scored_by_all_raters"
    informative_above_items: int = FEW_ITEMS
    informative_above_raters: int = FEW_RATERS


class Result(Strict):
    """Items in the document's order. Agreement is None with fewer than two raters or two items in common.

    raters  how many scored anything; the others are left out of the agreement and named in the warnings.
    """

    rule: Rule
    items: tuple[Spread, ...]
    raters: int
    flagged: int
    kendall: Kendall | None
    icc: Icc | None
    warnings: tuple[Notice, ...]


def evaluate(document: Document) -> Result:
    """Show each item's spread, and how far the raters agree on all of them.

    Raises nothing for a valid document; `warnings` name raters and items without scores, fewer than three raters,
    items left out of the agreement, and an agreement that is undefined or says little.

    >>> result = evaluate(Document.model_validate(EXAMPLE))
    >>> result.items[0].median, result.items[0].is_flagged, round(result.kendall.w, 2)
    (Decimal('7'), True, 0.64)
    """
    given = [row for row in document.scores if any(score is not None for score in row)]
    spreads = tuple(_spread(name, column) for name, column in zip(document.items, _columns(document), strict=True))
    scores = np.array(given, dtype=np.float64).reshape(len(given), len(document.items))
    common = int((~np.isnan(scores)).all(axis=0).sum()) if given else 0
    is_comparable = len(given) > 1 and common > 1
    kendall = kendall_w(scores) if is_comparable else None
    correlation = icc(scores.T) if is_comparable else None
    return Result(
        rule=Rule(),
        items=spreads,
        raters=len(given),
        flagged=sum(spread.is_flagged for spread in spreads),
        kendall=kendall,
        icc=correlation,
        warnings=(
            *_without_scores(document, spreads),
            *_doubts(len(given), len(document.items), common),
            *_undefined(kendall, correlation),
        ),
    )


def counts(cube: FloatArray) -> npt.NDArray[np.int64]:
    """How many raters scored each cell of raters x anything; NaN is no score.

    >>> counts(np.array([[8, np.nan], [7, np.nan], [4, 6]])).tolist()
    [3, 1]
    """
    scored = ~np.isnan(_scores(cube))
    return np.asarray(np.count_nonzero(scored, axis=0))


def medians(cube: FloatArray) -> FloatArray:
    """The median score of each cell of raters x anything; NaN where nobody scored.

    Raises InvalidInput("not_finite") for an infinity.

    >>> medians(np.array([[8, np.nan], [7, 5], [4, 6]])).tolist()
    [7.0, 5.5]
    """
    by_cell = np.array(np.moveaxis(_scores(cube), 0, -1), order="C")  # sorting along memory is four times faster
    by_cell.sort(axis=-1)  # NaN last
    n = counts(cube)[..., np.newaxis]
    lower = np.take_along_axis(by_cell, np.maximum(n - 1, 0) // 2, axis=-1)
    upper = np.take_along_axis(by_cell, n // 2, axis=-1)
    middle: FloatArray = (lower + upper)[..., 0] / 2
    return middle


def ranges(cube: FloatArray) -> FloatArray:
    """The highest less the lowest score of each cell of raters x anything; NaN where nobody scored.

    Rounded to nine decimals, so that `ranges(cube) >= FLAG_RANGE` holds for 5.1 and 1.1.
    Raises InvalidInput("not_finite") for an infinity.

    >>> ranges(np.array([[5.1, np.nan], [3, 5], [1.1, 6]])).tolist()
    [4.0, 1.0]
    """
    scores = _scores(cube)
    apart = np.fmax.reduce(scores, axis=0) - np.fmin.reduce(scores, axis=0)
    return np.asarray(np.round(apart, _DECIMALS))


def kendall_w(scores: FloatArray) -> Kendall:
    """Kendall's coefficient of concordance of raters x items, NaN where a score is missing.

    W = 12 S / (m^2 (n^3 - n) - m T), average ranks for ties, of the items that all m raters scored.
    Raises InvalidInput("too_few_raters" | "too_few_items" | "not_finite").

    >>> found = kendall_w(np.array([[43, 38, 31, 28], [40, 42, 30, 29], [44, 37, 33, 27]]))
    >>> round(found.w, 4), round(found.chi2, 1), round(found.p, 4), found.informative
    (0.9111, 8.2, 0.0421, False)
    """
    common, left_out = _in_common(_scores(scores))
    m, n = common.shape
    ranked = [_average_ranks(row) for row in common]
    rank_sums = np.sum([ranks for ranks, _ in ranked], axis=0)
    s = float(((rank_sums - rank_sums.mean()) ** 2).sum())
    t = float(sum(ties for _, ties in ranked))
    most = float(m**2 * (n**3 - n))
    w = 12 * s / (most - m * t) if most > m * t else None
    chi2 = None if w is None else m * (n - 1) * w
    return Kendall(
        w=w,
        w_uncorrected=12 * s / most,
        band=None if w is None else _rank_band(w),
        s=s,
        t=t,
        chi2=chi2,
        df=n - 1,
        p=None if chi2 is None else float(chdtrc(n - 1, chi2)),
        raters=m,
        items=n,
        left_out=left_out,
        informative=n > FEW_ITEMS and m > FEW_RATERS,
    )


def icc(scores: FloatArray) -> Icc:
    """Intraclass correlations of items x raters (mind the order), NaN where a score is missing.

    Of the items that all raters scored. Raises InvalidInput("too_few_raters" | "too_few_items" | "not_finite").

    >>> found = icc(np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]))
    >>> round(found.single_oneway, 4), round(found.single, 4), round(found.fixed, 4), round(found.panel, 4)
    (0.1657, 0.2898, 0.7148, 0.6201)
    """
    common, left_out = _in_common(_scores(scores).T)
    k, n = common.shape
    bms, wms, jms, ems = _mean_squares(common.T)
    single = _ratio(bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n)
    panel = _ratio(bms - ems, bms + (jms - ems) / n)
    return Icc(
        single_oneway=_ratio(bms - wms, bms + (k - 1) * wms),
        single=single,
        fixed=_ratio(bms - ems, bms + (k - 1) * ems),
        panel=panel,
        band=_icc_band(panel),
        single_band=_icc_band(single),
        bms=bms,
        wms=wms,
        jms=jms,
        ems=ems,
        raters=k,
        items=n,
        left_out=left_out,
    )


def _scores(cube: FloatArray) -> FloatArray:
    """As floats, with a row of one rater at least; NaN is a missing score, an infinity is a mistake."""
    scores = np.asarray(cube, dtype=np.float64)
    if not len(scores):
        raise InvalidInput("too_few_raters", "", raters=0)
    if np.isinf(scores).any():
        place = np.argwhere(np.isinf(scores))[0].tolist()
        raise InvalidInput("not_finite", "".join(f"/{step}" for step in place))
    return scores


def _in_common(scores: FloatArray) -> tuple[FloatArray, int]:
    """The items (columns) that every rater scored, and how many others there are."""
    if len(scores) < 2:
        raise InvalidInput("too_few_raters", "", raters=len(scores))
    is_common = ~np.isnan(scores).any(axis=0)
    common = scores[:, is_common]
    if common.shape[1] < 2:
        raise InvalidInput("too_few_items", "", items=common.shape[1])
    return common, int((~is_common).sum())


def _average_ranks(scores: FloatArray) -> tuple[FloatArray, int]:
    """Ranks from 1 for the highest score, ties at their average, and the sum of t^3 - t over the ties."""
    _, groups, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    averages = np.cumsum(sizes) - (sizes - 1) / 2
    return averages[groups], sum(size**3 - size for size in sizes.tolist())


def _mean_squares(scores: FloatArray) -> tuple[float, float, float, float]:
    """Between items, within items, between raters, residual; zero where only rounding is left."""
    n, k = scores.shape
    apart = scores - scores[0, 0]  # equal scores become exact zeros
    by_item, by_rater = apart.mean(axis=1, keepdims=True), apart.mean(axis=0, keepdims=True)
    mean = apart.mean()
    between = k * float(((by_item - mean) ** 2).sum()) / (n - 1)
    within = float(((apart - by_item) ** 2).sum()) / (n * (k - 1))
    raters = n * float(((by_rater - mean) ** 2).sum()) / (k - 1)
    residual = float(((apart - by_item - by_rater + mean) ** 2).sum()) / ((n - 1) * (k - 1))
    squares = np.array([between, within, raters, residual])
    bms, wms, jms, ems = np.where(squares > _NOISE * squares.max(), squares, 0).tolist()
    return bms, wms, jms, ems


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _rank_band(w: float) -> RankBand:
    if w < 0.3:
        return "very_weak"
    if w < 0.5:
        return "weak"
    return "moderate" if w < 0.7 else "strong"


def _icc_band(correlation: float | None) -> IccBand | None:
    if correlation is None:
        return None
    if correlation < 0.5:
        return "poor"
    if correlation < 0.75:
        return "moderate"
    return "good" if correlation <= 0.9 else "excellent"


def _columns(document: Document) -> Iterator[tuple[Score | None, ...]]:
    return zip(*document.scores, strict=True)


def _spread(name: str, scores: Sequence[Score | None]) -> Spread:
    """In decimals, because a range of exactly 4 is flagged."""
    known = [score for score in scores if score is not None]
    if not known:
        return Spread(name=name, n=0, median=None, low=None, high=None, range=None, is_flagged=False)
    low, high = min(known), max(known)
    return Spread(
        name=name,
        n=len(known),
        median=median(known),
        low=low,
        high=high,
        range=high - low,
        is_flagged=high - low >= FLAG_RANGE,
    )


def _without_scores(document: Document, spreads: Sequence[Spread]) -> Iterator[Notice]:
    for rater, row in enumerate(document.scores):
        if all(score is None for score in row):
            yield Notice(code="rater_without_scores", where=f"/raters/{rater}")
    for item, spread in enumerate(spreads):
        if not spread.n:
            yield Notice(code="item_without_scores", where=f"/items/{item}")


def _doubts(raters: int, items: int, common: int) -> Iterator[Notice]:
    if raters < ENOUGH_RATERS:
        yield Notice(code="few_raters", values={"raters": raters, "wanted": ENOUGH_RATERS})
    if raters > 1 and common < items:
        yield Notice(code="items_left_out", values={"left_out": items - common, "items": items})
    if raters > 1 and common > 1 and (common <= FEW_ITEMS or raters <= FEW_RATERS):
        yield Notice(code="agreement_not_informative", values={"raters": raters, "items": common})


def _undefined(kendall: Kendall | None, correlation: Icc | None) -> Iterator[Notice]:
    if kendall and kendall.w is None:
        yield Notice(code="all_tied", values={"raters": kendall.raters, "items": kendall.items})
    if correlation and correlation.single is None:
        yield Notice(code="no_variance", values={"raters": correlation.raters, "items": correlation.items})


EXAMPLE: dict[str, Any] = {
    "raters": ["Account manager", "Sales director", "Service manager"],
    "items": ["Revenue potential", "Buying orientation", "Cultural fit", "Quick pay", "Product fit"],
    "scores": [[8, 6, 9, 5, 7], [7, 5, 9, 6, 6], [4, 6, 8, 5, None]],
}
