import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.account_class import CLASSES, SERVICE_LEVEL, STAGE_CEILING, UNKNOWN, cut_or_mean, place
from openkam.method.errors import InvalidInput

scores = st.integers(10, 100).map(lambda tenths: tenths / 10)
strengths = st.integers(10, 1000).map(lambda percent: percent / 100)
portfolios = st.lists(st.tuples(scores, strengths), min_size=1, max_size=30)


def classes(placement):
    return [None if found == UNKNOWN else CLASSES[found] for found in placement.classes]


def columns(portfolio):
    return (np.array(side) for side in zip(*portfolio, strict=True))


def test_methods_section_6_two_by_two_has_its_four_classes():
    placement = place([43 / 6, 38 / 6, 31 / 6, 28 / 6], [1.1, 0.8333, 1.0513, 0.8333])
    assert classes(placement) == ["key", "key_development", "maintenance", "opportunistic"]
    assert placement.cut == pytest.approx(35 / 6)


def test_methods_section_2_5_gives_each_class_its_stage_ceiling():
    assert STAGE_CEILING == {
        "key": (4, 5),
        "key_development": (3, 4),
        "maintenance": (2, 3),
        "opportunistic": (2, 2),
    }
    assert tuple(SERVICE_LEVEL) == CLASSES


def test_at_the_cut_is_attractive_and_at_one_is_strong():
    assert classes(place([6, 5.9999], [1, 0.9999], cut=6)) == ["key", "opportunistic"]


@given(scores, st.integers(2, 20))
def test_identical_scores_all_reach_their_mean(score, n):
    assert set(classes(place([score / 3] * n, [1] * n))) == {"key"}


def test_an_unknown_score_moves_no_cut_and_has_no_class():
    placement = place([8, np.nan, 4], [1, 1, 1])
    assert (placement.cut, classes(placement)) == (6, ["key", None, "maintenance"])


def test_an_unknown_strength_leaves_the_score_in_the_cut_and_the_account_without_class():
    placement = place([9, 3], [np.nan, 1])
    assert (placement.cut, classes(placement)) == (6, [None, "maintenance"])


@pytest.mark.parametrize(("score", "strength"), [([], []), ([np.nan], [1.0])])
def test_nothing_scored_gives_no_cut(score, strength):
    placement = place(score, strength)
    assert (placement.cut, set(classes(placement)) - {None}) == (None, set())


@pytest.mark.parametrize(
    ("arrays", "code", "where"),
    [
        (([1, 2], [1]), "ragged", "strength"),
        (([[1, 2]], [[1, 1]]), "ragged", "strength"),
        (([np.inf], [1]), "not_finite", "score"),
        (([5], [-np.inf]), "not_finite", "strength"),
        (([5], [1], np.nan), "not_finite", "cut"),
    ],
)
def test_arrays_that_make_no_sense_are_refused_with_their_place(arrays, code, where):
    with pytest.raises(InvalidInput) as error:
        place(*arrays)
    assert (error.value.code, error.value.where) == (code, where)


def test_a_hundred_thousand_accounts_are_placed_as_one_by_one():
    rng = np.random.default_rng(7)
    score, strength = rng.uniform(1, 10, 100_000), rng.uniform(0.1, 10, 100_000)
    placement = place(score, strength)
    assert (placement.classes == 2 * (score < score.mean()) + (strength < 1)).all()


@given(portfolios, st.randoms())
def test_the_order_of_accounts_does_not_matter(portfolio, random):
    order = list(range(len(portfolio)))
    random.shuffle(order)
    score, strength = columns(portfolio)
    assert classes(place(score[order], strength[order])) == [classes(place(score, strength))[i] for i in order]


@given(portfolios, scores, st.floats(0, 5))
def test_raising_the_cut_never_makes_an_account_attractive(portfolio, cut, rise):
    score, strength = columns(portfolio)
    lower, higher = place(score, strength, cut), place(score, strength, cut + rise)
    assert (higher.classes // 2 >= lower.classes // 2).all()


@given(portfolios)
def test_with_a_mean_cut_somebody_is_always_attractive(portfolio):
    score, strength = columns(portfolio)
    assert (place(score, strength).classes < 2).any()


@given(portfolios, st.integers(0, 5))
def test_unknown_accounts_change_nothing_for_the_others(portfolio, n):
    score, strength = columns(portfolio)
    with_unknown = place(np.append(score, [np.nan] * n), np.append(strength, [1] * n))
    assert classes(with_unknown) == [*classes(place(score, strength)), *[None] * n]


def test_a_given_cut_goes_before_the_mean():
    assert cut_or_mean(np.array([9.0, 9.0]), 5.5) == 5.5
