"""A training of a sweep as a job: a run like any other, and what it tells the sweep."""

import orjson
import pytest

from skipscope.model.experiments.degradation.cell import CellTraining, start
from skipscope.model.experiments.degradation.kind import CELL, DEGRADATION, Cell, DegradationRequest
from skipscope.model.jobs.job import JobFailed
from skipscope.model.train.kinds import TRAINING
from skipscope.model.train.training import train
from tests.model.experiments.degradation.test_sweep import QUICK
from tests.model.experiments.paths.test_events import TINY


def test_its_steps_are_those_of_the_training_and_its_result_that_of_the_cell() -> None:
    request = DegradationRequest.model_validate(QUICK).training(Cell(8, 0.02, 0))
    job = start(request, None)
    events = [event for event in job.events if event is not None]
    assert [event.kind for event in events[-2:]] == ["progress", "result"]
    steps = {event.step: event.data for event in events if event.kind == "step"}
    assert list(steps) == list(range(25))
    for record in train(request.model_copy(update={"record_every": 1})):
        wanted = {name: value for name, value in record.to_dict().items() if name != "elapsed"}
        found = {name: value for name, value in steps[record.step].items() if name != "elapsed"}
        assert found == wanted
    cell = CellTraining(request)
    for _ in cell.pieces():
        pass
    assert orjson.loads(orjson.dumps(events[-1].data))["result"] == cell.to_dict()
    assert job.final is not None
    assert job.schema is not None


def test_a_loss_that_is_not_finite_is_a_result_and_ends_the_run() -> None:
    request = DegradationRequest.model_validate({**QUICK, "variants": [{**TINY, "norm": "none"}]})
    events, kinds = start(request.training(Cell(8, 100.0, 0)), None).events, list[str]()
    with pytest.raises(JobFailed, match="not finite"):
        for event in events:
            kinds += [] if event is None else [event.kind]
    assert kinds[-1] == "result"


def test_a_part_is_a_named_training_whose_networks_stay_as_they_were_asked_for() -> None:
    request = DegradationRequest.model_validate({**QUICK, "depths": [8, 14], "rates": [0.1, 0.01]})
    split = DEGRADATION.split
    assert split is not None
    assert DEGRADATION.num_parts(request) == split.count(request) == len(split.seconds(request)) == 4
    part = split.part(request, 1)
    assert (part.name, part.kind) == ("Degradation: 8 layers, rate 0.1, seed 0", CELL)
    assert part.request == request.training(Cell(8, 0.1, 0))
    assert (CELL.name, CELL.keeps, set(TRAINING.commands) - set(CELL.commands)) == (
        "training", True, {"skips", "strength", "lr"},
    )  # fmt: skip
    assert DEGRADATION.num_parts(DegradationRequest.model_validate(QUICK)) == 0, "one training is one job"
