"""The factor from one place to the next in words."""

import pytest

from skipscope.model.measure.course import Course, course_from, pace, words


@pytest.mark.parametrize(
    ("factor", "count", "written"),
    [(1.3e-13, 26, "3.1-fold"), (1100.0, 599, "1.01-fold"), (9.9e5, 332, "1.04-fold"), (21.0, 599, "1.005-fold"),
     (8.4, 8, "1.3-fold"), (1e-40, 1, "1e40-fold")],
)  # fmt: skip
def test_a_pace_near_one_keeps_a_digit(factor: float, count: int, written: str) -> None:
    assert pace(factor, count) == written


def test_a_course_in_words_and_on_the_wire() -> None:
    assert words("The gradient", 0.001, 3, "place") == (
        "The gradient shrinks 10-fold a place towards the input, to 0.001 of it in all"
    )
    assert words("The gradient", 0.6, 3, "place") == (
        "The gradient stays about the same towards the input, 0.6-fold in all"
    )
    course = Course(1.23456e-7, 26, "block", 0, 27)
    assert course_from(course.to_dict()) == Course(1.235e-7, 26, "block", 0, 27)
