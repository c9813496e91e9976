"""The run of tests/golden/run.jsonl is what a worker says: the front end's tests feed the same file to the page.

A commit that is meant to change it writes it anew and says why:
`SKIPSCOPE_WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/app/wire/test_golden_run.py`.
"""

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard, cast

import orjson
import pytest

from skipscope.app.executors.local import LocalExecutor
from skipscope.app.wire.events import EVENTS
from tests.app.executors.place import Place
from tests.app.wire.recorded import record

Json = dict[str, Any]
Rows = list[Any]
FILE = Path(__file__).parents[2] / "golden" / "run.jsonl"
TOLERANCE = 2e-3
"""Two units of the last of four digits, of any other processor's rounding."""
DIGITS = re.compile(r"[\d.]+(e-?\d+)?")
TWO_DIGITS = 0.1
"""A unit of the second digit, which a headline rounds to."""
CALM = 6
"""From this step on one network overflows, and the last bit of a number decides the first digit of a later one."""


@pytest.fixture(scope="module")
def said() -> list[dict[str, Any]]:
    """Record the run; a step's seconds are not the worker's but a hundredth a step, the same in each recording."""
    place = Place(lambda: LocalExecutor(slots=1, threads=1))
    try:
        events = record(place)
    finally:
        place.close()
    for event in events:
        if event["type"] == "step":
            assert event["data"]["elapsed"] >= 0
            event["data"]["elapsed"] = round(0.01 * (event["data"]["step"] + 1), 2)
    return events


def read() -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in FILE.read_bytes().splitlines()]


@pytest.mark.skipif("SKIPSCOPE_WRITE_GOLDEN" not in os.environ, reason="only where the file is written anew")
def test_the_file_is_written(said: list[dict[str, Any]]) -> None:
    FILE.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in said))


def test_a_worker_says_what_the_file_has(said: list[dict[str, Any]]) -> None:
    kept = read()
    assert [event["type"] for event in said] == [event["type"] for event in kept]
    for now, then in zip(said, kept, strict=True):
        wild = then["type"] == "step" and then["data"]["step"] >= CALM
        differing = list(differences(now, then, "", math.inf if wild else TOLERANCE))
        assert not differing, f"event {then['id']}:\n" + "\n".join(differing[:5])


def differences(now: object, then: object, place: str, tolerance: float) -> Iterator[str]:
    """Compare two events, sentences without their digits; with an infinite tolerance findings and headline are not
    compared."""
    if _is_json(now) and _is_json(then) and list(now) == list(then):
        for name in then:
            if not (name in {"findings", "headline"} and math.isinf(tolerance)):
                far = TWO_DIGITS if name == "headline" else tolerance
                yield from differences(now[name], then[name], f"{place}.{name}", far)
    elif isinstance(now, list) and isinstance(then, list) and len(cast("Rows", now)) == len(cast("Rows", then)):
        for i, pair in enumerate(zip(cast("Rows", now), cast("Rows", then), strict=True)):
            yield from differences(*pair, f"{place}.{i}", tolerance)
    elif not _are_alike(now, then, tolerance):
        yield f"{place}: {now!r}, and the file has {then!r}"


def _are_alike(now: object, then: object, tolerance: float) -> bool:
    if _is_number(now) and _is_number(then):
        return math.isclose(now, then, rel_tol=tolerance)
    if isinstance(now, str) and isinstance(then, str):
        lost = {"nan", "inf"}
        return DIGITS.sub("", now) == DIGITS.sub("", then) or (math.isinf(tolerance) and {now, then} <= lost)
    return now == then


def _is_json(part: object) -> TypeGuard[Json]:
    return isinstance(part, dict)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_every_event_is_as_its_model_describes_it() -> None:
    for event in read():
        model = EVENTS[event["type"]]
        checked = model.model_validate(event["data"], strict=False)
        assert orjson.loads(checked.model_dump_json(exclude_unset=True)) == event["data"], event["id"]


def test_the_run_has_one_of_everything() -> None:
    events = read()
    steps = [event["data"] for event in events if event["type"] == "step"]
    variants = [variant for step in steps for variant in step["variants"]]
    numbers = [value for variant in variants for column in variant["values"].values() for value in column]
    assert {"schema", "step", "change", "status"} == {event["type"] for event in events}
    assert {"nan", "inf", None, 0} <= {value for value in numbers if isinstance(value, str | None) or value == 0}
    assert {"nan"} <= {variant["loss"] for variant in variants}
    assert any(variant["dropped"] for variant in variants)
    assert any(variant["test_accuracy"] is not None for variant in variants)
    assert any(event["data"].get("refused") for event in events)
    assert {key for event in events if event["type"] == "change" for key in event["data"]["changed"]} == {
        "skips", "strength", "lr",
    }  # fmt: skip
    assert len({str(variant["net"]) for variant in variants}) == 3
    assert events[-1]["data"]["final"]
