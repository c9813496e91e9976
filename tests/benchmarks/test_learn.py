"""The verdicts on Learn under load: each breaks when what it is about does."""

from dataclasses import replace

import pytest

from benchmarks.learn import FIGURE_SECONDS, VIEW_KILOBYTES, Opened, bodies_of, judge, num_networks
from skipscope.app.learn.shelf import OWN, read_folder

GOOD = Opened(pages=[1.0, 2.0], figures=[0.1, 0.2], measured=4, networks=4)
WEIGHTS = {"problem": 50.0, "identity": VIEW_KILOBYTES}
ANSWERED = {"a pair": [FIGURE_SECONDS, 0.1, 9.0]}


def held(opened: Opened = GOOD, weight: float = 1.0, took: float = 0.1) -> list[bool]:
    weights = {**WEIGHTS, "other": weight}
    return [one.held for one in judge(opened, weights, {"a pair": [took, *ANSWERED["a pair"]]})]


def test_all_budgets_are_held() -> None:
    assert held() == [True] * 4


@pytest.mark.parametrize(
    ("broken", "which"),
    [
        (held(replace(GOOD, errors=["/learn answered 500"])), 0),
        (held(replace(GOOD, pages=[])), 0),
        (held(replace(GOOD, measured=5)), 1),
        (held(replace(GOOD, measured=0)), 1),
        (held(weight=VIEW_KILOBYTES + 1), 2),
        (held(took=8.0), 3),
    ],
    ids=["an error", "nobody", "measured twice", "not counted", "heavy", "slow"],
)
def test_a_budget_that_breaks_is_told(broken: list[bool], which: int) -> None:
    assert broken == [index != which for index in range(4)]


def test_networks_that_several_figures_show_are_counted_once() -> None:
    chapter = next(chapter for chapter in read_folder(OWN) if chapter.name == "problem")
    assert len(bodies_of(chapter)) == len(chapter.lesson.steps) == 4
    assert num_networks(chapter) == 3, "two steps show the same network"
