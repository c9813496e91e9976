"""The request of the degradation: networks at other depths, its cells, its refusals and its estimate."""

from typing import Any

import pytest

from skipscope import preset
from skipscope.model.experiments.degradation.kind import (
    DEGRADATION,
    Cell,
    DegradationRequest,
    at_depth,
    seconds_of,
)
from skipscope.model.train.estimate import estimate_training


def request(**fields: Any) -> DegradationRequest:
    return DegradationRequest.model_validate(fields)


@pytest.mark.parametrize(
    ("name", "depth", "wanted"),
    [
        ("plain20", 56, "plain56"), ("resnet110", 32, "resnet32"), ("preact_resnet164", 1001, "preact_resnet1001"),
        ("resnet18", 18, "resnet18"), ("resnet50", 26, "resnet26"),
    ],
)  # fmt: skip
def test_a_network_at_a_depth_is_the_one_of_the_paper(name: str, depth: int, wanted: str) -> None:
    assert at_depth(preset(name), depth) == preset(wanted)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"depths": [20, 21]}, r"depths=21: .*there are 8, 14 and so on\. Give 20 or 26\."),
        ({"run": "5b2f0e8c1d6a4f37"}, r"run=.*trains networks of its own.*Leave out run"),
        ({"depths": [3]}, r"depths=3: .* Give 8 or 14\."),
        ({"variants": [{"preset": "resnet20", "skips": [True] * 8 + [False]}]}, r"variants\.0\.skips=.*true or false"),
        ({"depths": [20, 26], "rates": [0.1 * i for i in range(1, 13)], "seeds": 10, "steps": 1}, None),
        ({"depths": [8, 14, 20, 26], "rates": [0.1 * i for i in range(1, 13)], "seeds": 10}, "seeds=10: .*480 train"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_done_are_refused(fields: dict[str, Any], words: str | None) -> None:
    if words is None:
        assert len(request(**fields).cells) == 240
        return
    with pytest.raises(ValueError, match=words):
        request(**fields)


def test_the_cells_are_all_depths_rates_and_seeds_the_first_seed_before_the_others() -> None:
    asked = request(depths=[26, 20], rates=[0.2, 0.1], seeds=2, seed=7)
    assert asked.cells[:4] == (Cell(20, 0.1, 7), Cell(20, 0.2, 7), Cell(26, 0.1, 7), Cell(26, 0.2, 7))
    assert [cell.seed for cell in asked.cells] == [7] * 4 + [8] * 4
    assert request(lr=0.3).cells[0].rate == 0.3
    training = asked.training(asked.cells[2])
    assert (training.lr, training.seed, training.steps, training.schedule) == (0.1, 7, 220, "step")
    assert [one.depths for one in training.variants] == [(4, 4, 4)] * 2


def test_networks_are_called_by_their_family() -> None:
    assert request().names() == ("plain", "ResNet")
    variants = [{"preset": "resnet20"}, {"preset": "resnet56", "norm": "none"}, {"preset": "preact_resnet110"}]
    assert request(variants=variants).names() == ("ResNet, BatchNorm", "ResNet, norm none", "pre-activation ResNet")
    assert request(labels=["one", "two"]).names() == ("one", "two")


def test_the_estimate_is_that_of_all_trainings() -> None:
    asked = request(depths=[20, 56], rates=[0.1, 0.2])
    found = DEGRADATION.estimate(asked)
    trainings = [estimate_training(asked.training(cell)) for cell in asked.cells]
    assert found.seconds == pytest.approx(sum(seconds_of(asked)))
    assert found.seconds == pytest.approx(sum(one.seconds for one in trainings), rel=0.2)
    assert found.bytes == max(one.bytes for one in trainings)
