"""Trainings: lockstep, reproducible, changeable between steps; and the default, which shows the point."""

from typing import Any

import pytest
import torch

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.probe import probe
from skipscope.model.train.records import StepRecord
from skipscope.model.train.training import train

SMALL = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6], "norm": "none"}
LEAKY = {**SMALL, "activation": "leaky_relu"}
PAIR = [{**SMALL, "skips": False}, SMALL]


def request(**fields: Any) -> TrainingRequest:
    """Ask for a few steps of a small pair."""
    return TrainingRequest.model_validate({"variants": PAIR, "batch_size": 16, "steps": 6, **fields})


def numbers(records: list[StepRecord]) -> list[Any]:
    """Keep what must be the same each time."""
    return [[v.to_dict() for v in record.variants] for record in records]


def test_the_same_request_gives_the_same_numbers() -> None:
    assert numbers(list(train(request(seed=3)))) == numbers(list(train(request(seed=3))))
    assert numbers(list(train(request(seed=3)))) != numbers(list(train(request(seed=4))))


def test_a_probe_is_step_zero_of_the_run() -> None:
    first = next(train(request()))
    probed = probe(ProbeRequest.model_validate({"variants": PAIR, "batch_size": 16}))
    for variant, record in zip(probed["variants"], first.variants, strict=True):
        values = record.to_dict()["values"]
        for measure, column in variant["values"].items():
            if measure != "update_ratio":
                assert column == values[measure]


def test_a_probe_with_weaker_shortcuts_is_step_zero_of_a_run_that_was_told_so() -> None:
    training = train(request())
    strengths = [0.5, 1.0, 0.0]
    training.set_strength(1, dict(zip(training.variants[1].net.blocks, strengths, strict=True)))
    first = next(training)
    wish = {"variants": PAIR, "batch_size": 16, "strengths": [None, strengths]}
    probed = probe(ProbeRequest.model_validate(wish))
    for variant, record in zip(probed["variants"], first.variants, strict=True):
        assert variant["values"]["gradient_rms"] == record.to_dict()["values"]["gradient_rms"]


@pytest.mark.parametrize(
    ("strengths", "said"),
    [([None], "1 values for 2 networks"), ([None, [1.0]], "it has 1 values, and the network has 3 blocks")],
)
def test_strengths_fit_the_variants_and_their_blocks(strengths: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ProbeRequest.model_validate({"variants": PAIR, "strengths": strengths})


def test_skips_change_between_two_steps_and_keep_the_weights() -> None:
    training = train(request())
    next(training)
    net = training.variants[1].net
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    training.set_skips(1, [False, True, True])
    assert net.skips == (False, True, True)
    assert all(torch.equal(p, before[name]) for name, p in net.named_parameters())
    record = next(training).variants[1].record
    assert record.of("identity_gradient_norm", "layer1.0") is None
    assert record.of("identity_gradient_norm", "layer1.1") is not None


def test_a_projection_that_comes_later_is_trained() -> None:
    training = train(request())
    next(training)
    training.set_skips(0, [True, True, True])
    weight = training.variants[0].net.get_submodule("layer2.0.downsample.0").weight
    assert isinstance(weight, torch.Tensor)
    before = weight.detach().clone()
    record = next(training).variants[0].record
    assert not torch.equal(weight, before)
    # a run's columns are announced once: what comes later is trained, and its paths measured, under the names that were
    assert record.schema == train(request()).variants[0].recorder.schema
    assert record.of("identity_gradient_norm", "layer2.0") is not None


def test_steps_that_are_not_recorded_are_made() -> None:
    records = list(train(request(record_every=4)))
    assert [record.step for record in records] == [0, 4, 5]
    every = list(train(request()))
    assert numbers(records) == numbers([every[0], every[4], every[5]])


def test_a_training_that_diverges_says_where() -> None:
    training = train(request(variants=[LEAKY, LEAKY], lr=100.0, steps=200))
    records = list(training)
    assert training.reason is not None
    step = records[-1].step
    both = "ResNet-8 (1), ResNet-8 (2)"
    assert training.reason.startswith(f"loss is not finite at step {step} in {both}: lower the learning rate")
    assert records[-1].variants[0].to_dict()["loss"] in ("nan", "inf")


def test_rates_follow_their_schedule() -> None:
    rates = [record.lr for record in train(request(schedule="step", steps=8, lr=0.1))]
    assert rates == pytest.approx([0.1] * 4 + [0.01] * 2 + [0.001] * 2)
    rates = [record.lr for record in train(request(schedule="cosine", warmup_steps=2, steps=6, lr=0.1))]
    assert rates[:3] == pytest.approx([0.05, 0.1, 0.1])
    assert rates == sorted(rates[:2]) + sorted(rates[2:], reverse=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"nesterov": True, "optimizer": "adam"}, "nesterov"),
        ({"warmup_steps": 9}, "at most steps, 6"),
        ({"batch_size": 0}, "batch_size"),
        ({"variants": []}, "variants"),
        ({"lr": float("nan")}, "lr"),
        ({"colour": 1}, "colour"),
    ],
)
def test_bad_requests_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        request(**fields)


@pytest.mark.slow
def test_the_default_shows_the_point() -> None:
    """Within 200 steps the residual net learns the digits and the plain one, on the same batches, does not."""
    training = train(TrainingRequest(record_every=10))
    accuracies = [[v.accuracy for v in record.variants] for record in training]
    late = accuracies[-5:]
    assert sum(residual for _, residual in late) / len(late) > 0.95
    assert sum(plain for plain, _ in late) / len(late) < 0.2
