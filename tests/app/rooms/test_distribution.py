"""Answers together: in bins, beside the truth."""

from typing import Any

from skipscope.app.rooms.distribution import Given, distribution
from skipscope.app.rooms.question import Question

NUMBER = Question(kind="number", text="How much?", low=-3, high=1)


def counts(found: dict[str, Any]) -> dict[int, tuple[int, int]]:
    return {one["at"]: (one["first"], one["last"]) for one in found["bins"] if one["first"] or one["last"]}


def test_numbers_lie_in_decades_and_beyond_the_axis_at_its_ends() -> None:
    answers = [Given(0.1, 5, 1.0, 2), Given(0.12, None, None, None), Given(1e-30, 4, 0, 4), Given(500, 1, 500, 1)]
    found = distribution(NUMBER, answers, 0.1)
    assert [one["at"] for one in found["bins"]] == [1, 0, -1, -2, -3]
    assert counts(found) == {1: (1, 1), 0: (1, 0), -1: (0, 2), -3: (1, 1)}
    assert (found["answered"], found["sure_wrong"]) == (4, 1), "the first is right, the third far off and sure"


def test_numbers_have_quartiles_between_the_least_and_the_greatest_of_the_axis() -> None:
    answers = [Given(value, None, value, None) for value in (1e-30, 1e-2, 1e-1, 1, 500)]
    assert distribution(NUMBER, answers, None)["quartiles"] == [-3, -2, -1, 0, 1]
    assert distribution(NUMBER, answers[1:2], None)["quartiles"] == [-2] * 5
    assert distribution(NUMBER, [], None)["quartiles"] == []


def test_without_a_truth_nobody_is_wrong() -> None:
    assert distribution(NUMBER, [Given(1, 5, 1, 5)], None)["sure_wrong"] is None


def test_options_are_counted_by_their_number_whatever_names_them() -> None:
    question = Question(kind="choice", text="Which?", options=("a", "b"))
    found = distribution(question, [Given("b", 5, 0, 5), Given(1, 1, "a", 1), Given(0, 4, 0, 4)], "b")
    assert counts(found) == {0: (3, 1), 1: (0, 2)}
    assert found["sure_wrong"] == 1


def test_profiles_have_quartiles_at_each_block() -> None:
    question = Question(kind="profile", text="Draw it.", at=(1, 7))
    lists = [[1e-2, 1.0], [1e-4, 1.0], [1e-6, 0.1]]
    found = distribution(question, [Given(one, 5, one, 5) for one in lists], [1e-12, 1e-12])
    assert found["blocks"] == [
        {"at": 1, "quartiles": [-5.0, -4.0, -3.0], "first": [-5.0, -4.0, -3.0]},
        {"at": 7, "quartiles": [-0.5, 0.0, 0.0], "first": [-0.5, 0.0, 0.0]},
    ]
    assert found["sure_wrong"] == 3
    assert distribution(question, [], None)["blocks"][0] == {"at": 1, "quartiles": [], "first": []}
    later = [Given([1e-2, 1.0], 1, None, None), Given([1e-4, 1.0], 1, [1e-8, 1.0], 1)]
    block = distribution(question, later, None)["blocks"][0]
    assert block == {"at": 1, "quartiles": [-3.5, -3.0, -2.5], "first": [-8.0, -8.0, -8.0]}
