import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkam.method.document import read
from openkam.method.errors import InvalidInput
from openkam.method.stakeholders import EXAMPLE, Document, cell, evaluate

support = st.none() | st.integers(-2, 2)
step = st.none() | st.integers(1, 5)
rows = st.lists(st.tuples(step, step, support, support), max_size=8)


def analysis(*people):
    fields = ("id", "power", "interest", "now", "needed")
    named = [dict(zip(fields, (f"p{at}", *row), strict=True)) for at, row in enumerate(people)]
    return evaluate(read(Document, {"people": named}))


def refused(*people):
    with pytest.raises(InvalidInput) as error:
        read(Document, {"people": list(people)})
    return error.value.code, error.value.where


def warnings(result):
    return {notice.code: notice.values for notice in result.warnings}


def told(result):
    return [(person.cell, person.gap, person.priority) for person in result.people]


def test_methods_section_9_2_worked_example_has_these_priorities_and_total():
    result = evaluate(read(Document, EXAMPLE))
    assert {person.id: person.priority for person in result.people} == {
        "CFO": 10,
        "Plant manager": 0,
        "QA": 3,
        "Buyer": 0,
        "R&D director": 4,
    }
    assert result.total == 17


def test_methods_section_9_2_worked_example_has_these_cells():
    cells = [person.cell for person in evaluate(read(Document, EXAMPLE)).people]
    assert cells == ["manage_closely", "manage_closely", "monitor", "keep_informed", "monitor"]


def test_methods_section_9_2_worked_example_has_these_gaps():
    gaps = [person.gap for person in evaluate(read(Document, EXAMPLE)).people]
    assert gaps == [2, -1, 1, 0, 2]


def test_methods_section_9_2_worked_example_warns_that_the_powerful_cfo_is_against():
    assert warnings(evaluate(read(Document, EXAMPLE))) == {"powerful_below_neutral": {"names": ("CFO",)}}


@pytest.mark.parametrize(
    ("power", "interest", "expected"),
    [
        (4, 4, "manage_closely"),
        (4, 3, "keep_satisfied"),
        (3, 4, "keep_informed"),
        (3, 3, "monitor"),
        (5, 1, "keep_satisfied"),
        (1, 5, "keep_informed"),
    ],
)
def test_methods_section_9_2_high_is_above_three_of_five(power, interest, expected):
    assert cell(power, interest) == expected


def test_methods_section_9_2_needing_everybody_at_plus_two_is_warned_about():
    assert warnings(analysis((2, 2, 0, 2), (4, 4, 2, 2))) == {"everybody_must_love_it": {"people": 2}}


@pytest.mark.parametrize("people", [[(4, 4, 2, 2)], [(4, 4, 0, 2), (4, 4, 0, 1)]])
def test_needing_one_person_or_not_everybody_at_plus_two_is_no_warning(people):
    assert warnings(analysis(*people)) == {}


@pytest.mark.parametrize(("power", "now"), [(3, -2), (5, 0), (5, 2)])
def test_the_less_powerful_and_the_neutral_are_no_warning(power, now):
    assert warnings(analysis((power, 3, now, 1))) == {}


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ((None, 4, -1, 1), (None, 2, None)),
        ((5, None, -1, 1), (None, 2, 10)),
        ((5, 4, None, 1), ("manage_closely", None, None)),
        ((5, 4, -1, None), ("manage_closely", None, None)),
    ],
)
def test_what_is_not_judged_is_unknown_and_said_and_the_rest_is_known(row, known):
    result = analysis(row)
    (person,) = result.people
    assert (person.cell, person.gap, person.priority) == known
    assert warnings(result)["not_judged"] == {"names": ("p0",), "people": 1}


def test_the_total_adds_what_is_known():
    assert analysis((5, 4, -1, 1), (None, None, None, None)).total == 10


def test_nobody_at_all_is_an_empty_analysis():
    result = analysis()
    assert (result.people, result.total, result.warnings) == ((), 0, ())


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ({"id": "a", "power": 0}, ("greater_than_equal", "/people/0/power")),
        ({"id": "a", "interest": 6}, ("less_than_equal", "/people/0/interest")),
        ({"id": "a", "now": -3}, ("greater_than_equal", "/people/0/now")),
        ({"id": "a", "needed": 1.5}, ("int_type", "/people/0/needed")),
        ({"id": "a", "power": True}, ("int_type", "/people/0/power")),
        ({"id": ""}, ("string_too_short", "/people/0/id")),
        ({"id": "a", "fear": 1}, ("extra_forbidden", "/people/0/fear")),
    ],
)
def test_a_judgement_outside_its_scale_is_refused_at_its_place(person, refusal):
    assert refused(person) == refusal


def test_a_person_named_twice_is_refused():
    assert refused({"id": "a"}, {"id": "a"}) == ("repeated_name", "/people/1/id")


@given(rows)
def test_the_total_is_the_sum_of_the_priorities_and_never_below_zero(people):
    result = analysis(*people)
    known = [person.priority for person in result.people if person.priority is not None]
    assert result.total == sum(known)
    assert min(known, default=0) >= 0


@given(rows, st.randoms())
def test_the_order_of_the_people_changes_nothing_but_the_order(people, random):
    shuffled = random.sample(people, len(people))
    before, after = analysis(*people), analysis(*shuffled)
    assert after.total == before.total
    assert sorted(map(repr, told(after))) == sorted(map(repr, told(before)))


@given(st.integers(1, 4), st.integers(-2, 2), st.integers(-2, 2))
def test_more_power_never_lowers_the_priority(power, now, needed):
    (less,), (more,) = (analysis((of, 3, now, needed)).people for of in (power, power + 1))
    assert more.priority >= less.priority


@given(st.integers(1, 5), st.integers(-2, 1), st.integers(-2, 2))
def test_more_support_now_never_raises_the_priority(power, now, needed):
    (before,), (after,) = (analysis((power, 3, support, needed)).people for support in (now, now + 1))
    assert after.priority <= before.priority
