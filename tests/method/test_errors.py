import pytest

from openkam.method.errors import InvalidInput


def test_a_mistake_names_its_code_its_place_and_its_values():
    error = InvalidInput("rating", "row 2", rating=11, highest=10)
    assert (error.code, error.where, dict(error.values)) == ("rating", "row 2", {"rating": 11, "highest": 10})
    assert str(error) == "rating at row 2: rating=11, highest=10"


def test_a_mistake_of_the_whole_input_names_no_place():
    assert str(InvalidInput("empty")) == "empty"


def test_the_values_of_a_mistake_cannot_be_changed():
    with pytest.raises(TypeError):
        InvalidInput("rating", rating=11).values["rating"] = 3  # type: ignore[index]


def test_a_mistake_is_a_value_error():
    assert isinstance(InvalidInput("empty"), ValueError)
