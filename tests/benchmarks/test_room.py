"""A small class is measured whole, beside a run and in front of a stand-in; each part of it has its verdict."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hall import Host, Lesson, Member, hold
from benchmarks.room import Figures, beside_it, judge, measure, standin

LESSON = Lesson(
    times={"join": [0.01] * 4, "vote": [0.02] * 4, "link to seat": [0.1] * 4}, joined_within=9.0, voted_within=4.0,
    revealed=[0.1] * 4, seconds=20.0, processor=1.0,
)  # fmt: skip
HELD = Figures(
    LESSON, alone=[10.0, 10.0, 10.0], beside=9.8, beside_standin=9.9, web=2.0, grown=20.0, frames=[9] * 4,
    num_bytes=[9000] * 4, ready=3.0, back=[5.0] * 4, seats=(4, 4),
)  # fmt: skip


def broken(figures: Figures) -> list[str]:
    return [verdict.budget.partition(":")[0] for verdict in judge(figures, 4) if not verdict.held]


def test_each_budget_can_break() -> None:
    assert broken(HELD) == []
    assert broken(replace(HELD, seats=(4, 3))) == ["no seat and no answer lost"]
    assert broken(replace(HELD, beside=9.0)) == ["the run"]
    assert broken(replace(HELD, grown=61.0)) == ["memory of the web process"]
    assert len(broken(replace(HELD, back=[5.0, 11.0]))) == 1
    slow = replace(
        LESSON, times={**LESSON.times, "join": [0.4], "vote": [0.4]}, revealed=[0.1, 1.2], joined_within=11.0
    )
    assert len(broken(replace(HELD, lesson=slow))) == 4
    assert any("1.010 times slower" in line for line in beside_it(HELD))


def test_a_class_goes_through_a_lesson_in_front_of_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JOINING", "VOTING", "ASKING"):
        monkeypatch.setattr(f"benchmarks.hall.{name}", 0.2)

    async def main() -> Lesson:
        async with standin({"sizes": {"/room/AAAAAA": 5000}, "frame": 700}) as place:
            host = Host(place, "AAAAAA", "secret")
            members = [Member(number, place, "AAAAAA", ["/static/a.js"]) for number in range(5)]
            lesson = await hold(host, members)
            await asyncio.gather(host.leave(), *(member.leave() for member in members))
            assert all(member.frames >= 3 for member in members)
            return lesson

    lesson = asyncio.run(main())
    assert {name: len(times) for name, times in lesson.times.items()} == {"join": 5, "vote": 5, "link to seat": 5}
    assert len(lesson.revealed) == 5


@pytest.mark.slow
def test_a_small_class_is_measured_whole(tmp_path: Path) -> None:
    figures = asyncio.run(measure(tmp_path, 4, 2.0))
    assert figures.seats == (4, 4)
    assert len(figures.back) == len(figures.frames) == 4
    assert min(figures.frames) >= 4
    assert min(*figures.alone, figures.beside, figures.beside_standin, figures.web, figures.ready) > 0
    assert {verdict.budget for verdict in judge(figures, 4) if "lost" in verdict.budget and verdict.held}
