"""The trainings of a sweep against the same ones made by hand, and one whose losses are not finite."""

import math

import pytest
import torch

from skipscope.model.experiments.degradation.kind import Cell, DegradationRequest
from skipscope.model.experiments.degradation.sweep import NEWEST, Sweep
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY

VARIANTS = [{**TINY, "skips": False}, TINY]
QUICK = {"variants": VARIANTS, "batch_size": 16, "steps": 25, "depths": [8]}


def swept(request: DegradationRequest) -> Sweep:
    sweep = Sweep(request)
    for cell in request.cells:
        for _ in sweep.pieces(cell):
            pass
    return sweep


def test_a_cell_is_the_training_of_its_request() -> None:
    request = DegradationRequest.model_validate({**QUICK, "lr": 0.05, "seed": 3})
    found = swept(request).to_dict()
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
    both = swept(DegradationRequest.model_validate({**QUICK, "seeds": 2})).to_dict()
    single = [
        swept(DegradationRequest.model_validate({**QUICK, "seed": seed})).to_dict()["variants"][0]["rows"][0]
        for seed in (0, 1)
    ]
    (row,) = both["variants"][0]["rows"]
    assert row["seeds"] == 2
    assert row["train_errors"] == [one["train_error"] for one in single]
    assert row["train_error"] == pytest.approx(sum(row["train_errors"]) / 2)
    assert len(both["variants"][0]["courses"]) == 1, "those of the first seed"


def test_a_training_that_fails_is_a_result() -> None:
    wild = {**QUICK, "variants": [{**TINY, "norm": "none"}], "rates": [0.01, 100.0]}
    found = swept(DegradationRequest.model_validate(wild)).to_dict()
    for one in found["variants"]:
        good, bad = one["rows"]
        assert (bad["rate"], bad["loss"]) == (100.0, "nan")
        assert 0 <= bad["train_error"] <= 1
        assert math.isfinite(good["loss"])
