"""What a training is estimated to take, in time; benchmarks/duration.py holds it against what it takes."""

from typing import Any

import pytest

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.estimate import START_SECONDS, estimate_probe, estimate_training

VARIANTS = [{"preset": "resnet20"}]


def seconds(**fields: Any) -> float:
    return estimate_training(TrainingRequest.model_validate({"variants": VARIANTS, **fields})).seconds


def test_time_is_proportional_to_the_steps() -> None:
    one, ten = (seconds(steps=steps) - START_SECONDS for steps in (1, 10))
    assert ten == pytest.approx(10 * one)


def test_a_second_network_takes_its_own_time() -> None:
    one, both = seconds(steps=10), seconds(steps=10, variants=[*VARIANTS, {"preset": "resnet56"}])
    assert both - one == pytest.approx(seconds(steps=10, variants=[{"preset": "resnet56"}]) - START_SECONDS)


def test_a_larger_batch_takes_longer_and_each_of_its_images_less() -> None:
    few, many = seconds(batch_size=8) - START_SECONDS, seconds(batch_size=64) - START_SECONDS
    assert few < many < 8 * few


def test_a_probe_takes_one_step() -> None:
    request = ProbeRequest.model_validate({"variants": VARIANTS})
    assert estimate_probe(request).seconds == pytest.approx(seconds(steps=1))
