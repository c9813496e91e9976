"""The trainings of a sweep against the same ones made by hand, and one whose losses are not finite."""

import math
from typing import Any

import pytest
import torch

from skipscope.model.experiments.degradation.cell import NEWEST, CellTraining
from skipscope.model.experiments.degradation.kind import Cell, DegradationRequest
from skipscope.model.experiments.degradation.sweep import swept
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY

VARIANTS = [{**TINY, "skips": False}, TINY]
QUICK = {"variants": VARIANTS, "batch_size": 16, "steps": 25, "depths": [8]}


def result_of(request: DegradationRequest) -> dict[str, Any]:
    cells = [CellTraining(request.training(cell)) for cell in request.cells]
    for cell in cells:
        for _ in cell.pieces():
            pass
    return swept(request, [cell.to_dict() for cell in cells])


def test_a_cell_is_the_training_of_its_request() -> None:
    request = DegradationRequest.model_validate({**QUICK, "lr": 0.05, "seed": 3})
    found = result_of(request)
    training = train(request.training(Cell(8, 0.05, 3)).model_copy(update={"record_every": 1}))
    records = list(training)
    for number, one in enumerate(found["variants"]):
        net, data = training.variants[number].net.eval(), training.dataset
        with torch.no_grad():
            seen, held_out = net(data.train_images).argmax(1), net(data.test_images).argmax(1)
        (row,) = one["rows"]
        assert row["train_error"] == pytest.approx((seen != data.train_labels).double().mean().item())
        assert row["test_error"] == pytest.approx((held_out != data.test_labels).double().mean().item())
        losses = [record.variants[number].loss for record in records[-NEWEST:]]
        assert row["loss"] == pytest.approx(sum(losses) / NEWEST, rel=1e-3)
        (course,) = one["courses"]
        assert course["steps"] == list(range(25))
        assert course["errors"] == [1 - record.variants[number].accuracy for record in records]
        assert course["label"] == training.variants[number].label


def test_rows_are_means_over_seeds() -> None:
    both = result_of(DegradationRequest.model_validate({**QUICK, "seeds": 2}))
    single = [
        result_of(DegradationRequest.model_validate({**QUICK, "seed": seed}))["variants"][0]["rows"][0]
        for seed in (0, 1)
    ]
    (row,) = both["variants"][0]["rows"]
    assert row["seeds"] == 2
    assert row["train_errors"] == [one["train_error"] for one in single]
    assert row["train_error"] == pytest.approx(sum(row["train_errors"]) / 2)
    assert len(both["variants"][0]["courses"]) == 1, "those of the first seed"


def test_a_training_that_fails_is_a_result() -> None:
    wild = {**QUICK, "variants": [{**TINY, "norm": "none"}], "rates": [0.01, 100.0]}
    found = result_of(DegradationRequest.model_validate(wild))
    for one in found["variants"]:
        good, bad = one["rows"]
        assert (bad["rate"], bad["loss"]) == (100.0, "nan")
        assert 0 <= bad["train_error"] <= 1
        assert math.isfinite(good["loss"])


def test_a_cell_without_a_result_leaves_the_others_rows() -> None:
    request = DegradationRequest.model_validate({**QUICK, "depths": [8, 14], "steps": 2})
    whole = result_of(request)
    cell = CellTraining(request.training(request.cells[0]))
    for _ in cell.pieces():
        pass
    begun = {"courses": [{**one, "train_error": None} for one in cell.to_dict()["courses"]]}
    for other in (None, begun):
        found = swept(request, [cell.to_dict(), other])
        assert [row["depth"] for row in found["variants"][1]["rows"]] == [8]
        assert found["variants"][1]["rows"][0] == whole["variants"][1]["rows"][0]
