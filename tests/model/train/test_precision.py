"""Bfloat16: computed where it is asked for, measured exactly, and named with the numbers."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.probe import probe
from skipscope.model.train.training import Training, train

pytestmark = pytest.mark.usefixtures("engine")

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6]}


def training(precision: str, **fields: Any) -> Training:
    """Start a small training."""
    return train(
        TrainingRequest.model_validate(
            {"variants": [SMALL], "batch_size": 16, "steps": 3, "precision": precision, **fields}
        )
    )


def keep_taps(found: Training) -> dict[str, Tensor]:
    """Keep what each tap gives in the next step, and its gradient."""
    kept: dict[str, Tensor] = {}
    net = found.variants[0].net
    for tap in net.graph.taps:

        def keep(module: nn.Module, args: object, output: Tensor, name: str = tap.name) -> None:
            output.retain_grad()
            kept[name] = output

        net.get_submodule(tap.module).register_forward_hook(keep)
    return kept


def exact(x: Tensor) -> float:
    """Return the root mean square in float64."""
    return math.sqrt(x.detach().double().square().mean().item())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_network_computes_in_what_was_asked_for(precision: str) -> None:
    found = training(precision)
    kept = keep_taps(found)
    next(found)
    assert {x.dtype for x in kept.values()} == {getattr(torch, precision)}
    assert {p.dtype for p in found.variants[0].net.parameters()} == {torch.float32}


def test_its_numbers_are_others_and_near() -> None:
    half, full = next(training("bfloat16")), next(training("float32"))
    first, second = half.variants[0], full.variants[0]
    assert first.loss != second.loss
    assert first.loss == pytest.approx(second.loss, rel=0.05)
    assert list(first.record.columns) == list(second.record.columns)


def test_it_is_reproducible() -> None:
    first, second = list(training("bfloat16")), list(training("bfloat16"))
    assert [[v.to_dict() for v in step.variants] for step in first] == [
        [v.to_dict() for v in step.variants] for step in second
    ]


@pytest.mark.parametrize("channels_last", [True, False])
def test_what_is_measured_is_exact_for_its_tensors(channels_last: bool) -> None:
    found = training("bfloat16", channels_last=channels_last)
    kept = keep_taps(found)
    record = next(found).variants[0].record
    for name, x in kept.items():
        assert x.grad is not None
        assert x.grad.dtype is torch.bfloat16
        assert record.of("activation_rms", name) == pytest.approx(exact(x), rel=1e-5)
        assert record.of("gradient_rms", name) == pytest.approx(exact(x.grad), rel=1e-5)
        zeros = record.of("zero_fraction", name)
        assert zeros is None or zeros == pytest.approx((x == 0).double().mean().item(), abs=1e-12)
        assert record.of("nonfinite", name) == 0


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_schema_and_steps_name_it(precision: str) -> None:
    found = training(precision, channels_last=True)
    described = found.schema()["variants"][0]
    assert (described["precision"], described["memory_format"]) == (precision, "channels_last")
    assert [step.to_dict()["precision"] for step in found] == [precision] * 3


def test_a_probe_names_its_own() -> None:
    found = probe(ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 16}))
    assert found["variants"][0]["precision"] == "float32"
