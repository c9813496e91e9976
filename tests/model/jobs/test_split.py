"""Findings of parts put together: what is there counts, and parts that are lost are named."""

from dataclasses import replace
from typing import Any

import orjson

from skipscope.model.jobs.kind import Part, Split
from skipscope.model.jobs.split import joined, planned
from tests.app.tiny import SQUARES, SquaresRequest


def _count(request: SquaresRequest) -> int:
    return request.num_squares


def _part(request: SquaresRequest, number: int) -> Part:
    return Part(kind=SQUARES, request=request.model_copy(update={"num_squares": 1}), name=f"part {number}")


def _seconds(request: SquaresRequest) -> list[float]:
    return [request.seconds] * request.num_squares


def add(request: SquaresRequest, found: list[Any]) -> dict[str, Any]:
    """Add up what the parts have found."""
    known = [one["squares"] for one in found if one is not None]
    return {"squares": known, "of": request.num_squares, "sentences": [f"{len(known)} found."]}


def bars(found: dict[str, Any], theme: str) -> dict[str, Any]:
    """Draw it."""
    return {"data": found["squares"], "layout": theme}


SPLIT = Split(count=_count, part=_part, seconds=_seconds, join="tests.model.jobs.test_split:add")
SUMS = replace(SQUARES, split=SPLIT, figure="tests.model.jobs.test_split:bars")
REQUEST = SquaresRequest(num_squares=3, seconds=0.5)


def data(result: Any, figure: Any = None) -> bytes:
    return orjson.dumps({"result": result, "figure": figure})


def together(found: list[bytes | None], lost: dict[str, str] | None = None) -> Any:
    made = joined(SUMS, REQUEST, found, lost or {})
    return None if made is None else orjson.loads(made)


def test_the_result_and_its_figure_are_made_of_what_is_found() -> None:
    made = together([data({"squares": 1}), None, data({"squares": 4})])
    assert made["result"] == {"squares": [1, 4], "of": 3, "sentences": ["2 found."]}
    assert made["figure"] == {"data": [1, 4], "layout": "light"}
    assert together([None, None, None]) is None


def test_a_part_that_shows_a_figure_of_its_own_is_shown_until_there_are_others() -> None:
    own = data({"training": [1]}, {"data": ["losses"], "layout": {}})
    assert together([own, None, None]) == {"result": {"training": [1]}, "figure": {"data": ["losses"], "layout": {}}}


def test_lost_parts_are_named_with_their_reasons() -> None:
    made = together([None, data({"squares": 1}), None], {"part 0": "its worker died"})
    assert made["result"]["lost"] == ["part 0 has no result: its worker died"]
    assert made["result"]["sentences"] == ["1 found.", "part 0 has no result: its worker died"]


def test_a_job_of_one_part_is_done_whole() -> None:
    assert SQUARES.num_parts(REQUEST) == 0
    assert SUMS.num_parts(REQUEST) == 3
    assert SUMS.num_parts(SquaresRequest(num_squares=1)) == 0
    assert planned(SUMS, REQUEST) == [0.5, 0.5, 0.5]
