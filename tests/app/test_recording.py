"""A run as data of a page."""

import pytest

from app.errors import Problem
from app.recording import recording
from model.request import TrainingRequest

RUN = {"id": "r1", "state": "queued", "request": TrainingRequest().model_dump(mode="json")}
SCHEMA = {"variants": [{"label": "a", "taps": ["x"]}, {"label": "b", "taps": ["y"]}]}
STEP = {"step": 3, "variants": [{"loss": 1.0, "values": {}}, {"loss": 2.0, "values": {}}]}


def test_the_first_recorded_step_stands_in_for_the_probe() -> None:
    events = [
        {"id": 1, "type": "schema", "data": SCHEMA},
        {"id": 2, "type": "step", "data": STEP},
        {"id": 3, "type": "step", "data": {**STEP, "step": 4}},
    ]
    first = recording(RUN, events)
    assert [one["loss"] for one in first["probe"]["variants"]] == [1.0, 2.0]
    assert [one["taps"] for one in first["probe"]["variants"]] == [["x"], ["y"]]
    assert first["recording"]["events"] == events
    assert [one["architecture"]["in_channels"] for one in first["summaries"]] == [1, 1], "as the data set has them"


def test_a_run_without_a_step_has_nothing_to_replay() -> None:
    with pytest.raises(Problem, match="has no recorded step"):
        recording(RUN, [{"id": 1, "type": "status", "data": {}}])
