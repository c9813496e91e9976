"""Test accuracy: right, when it is due, and without a trace in the training or in what is measured."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.data.loader import load
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.evaluation import accuracy_of, is_due
from skipscope.model.train.records import StepRecord
from skipscope.model.train.training import Training, train

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6]}
RANDOM: dict[str, Any] = {**SMALL, "stochastic_depth": 0.5, "shortcut": "dropout"}
EPOCH = 1438 // 160


def request(**fields: Any) -> TrainingRequest:
    """Ask for two epochs and a bit of a net with batch norm beside one that draws random numbers as it trains."""
    return TrainingRequest.model_validate(
        {"variants": [SMALL, RANDOM], "batch_size": 160, "steps": 2 * EPOCH + 3, "lr": 0.05, **fields}
    )


def told(records: list[StepRecord]) -> list[int]:
    """Return the steps that tell a test accuracy; all variants do or none."""
    found = [record for record in records if record.variants[0].test_accuracy is not None]
    assert all(variant.test_accuracy is not None for record in found for variant in record.variants)
    return [record.step for record in found]


def without_tests(records: list[StepRecord]) -> list[Any]:
    """Keep all that a step tells but the test accuracy."""
    kept = [[variant.to_dict() for variant in record.variants] for record in records]
    for variant in (variant for step in kept for variant in step):
        del variant["test_accuracy"]
    return kept


def by_hand(training: Training, v: int) -> float:
    """Count one image at a time."""
    net, data = training.variants[v].net, training.dataset
    net.eval()
    with torch.no_grad():
        right = [
            net(image[None]).argmax().item() == label.item()
            for image, label in zip(data.test_images, data.test_labels, strict=True)
        ]
    net.train()
    return sum(right) / len(right)


def test_it_is_that_of_the_held_out_images_after_the_step() -> None:
    training = train(request(eval_every=2))
    for record in training:
        for v, variant in enumerate(record.variants):
            if variant.test_accuracy is not None:
                assert variant.test_accuracy == pytest.approx(by_hand(training, v), abs=1 / 359)
    data = training.dataset
    assert len(data.test_labels) == 359
    seen = {image.numpy().tobytes() for image in data.train_images}
    assert sum(image.numpy().tobytes() in seen for image in data.test_images) <= 2, "scikit-learn's digits repeat a few"


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({}, [EPOCH - 1, 2 * EPOCH - 1, 2 * EPOCH + 2]),
        ({"eval_every": 0}, []),
        ({"eval_every": 8}, [7, 15, 18]),
        ({"eval_every": 1, "steps": 3}, [0, 1, 2]),
        ({"eval_every": 100}, [18]),
        ({"eval_every": 5, "record_every": 4}, [4, 12, 16, 18]),
        ({"record_every": 6}, [12, 18]),
    ],
    ids=str,
)
def test_it_is_told_when_it_is_due(fields: dict[str, Any], steps: list[int]) -> None:
    assert EPOCH == load("digits").epoch_steps(160) == 8
    assert told(list(train(request(**fields)))) == steps


def test_every_schedule_is_due_as_often_as_it_says() -> None:
    for record_every in (1, 3, 7):
        wish = request(eval_every=10, record_every=record_every, steps=1000)
        recorded = [step for step in range(1000) if step % record_every == 0 or step == 999]
        due = [step for step in recorded if is_due(wish, 8, step)]
        assert len(due) == 100
        # each with the first record at or after the step where it is due
        assert all(any(0 <= step - wanted < record_every for step in due) for wanted in range(9, 999, 10))


def test_the_training_and_all_that_is_measured_stay_as_they_are() -> None:
    never, always = train(request(eval_every=0)), train(request(eval_every=1))
    state = torch.random.get_rng_state()
    assert without_tests(list(never)) == without_tests(list(always))
    assert torch.equal(state, torch.random.get_rng_state())
    for left, right in zip(never.variants, always.variants, strict=True):
        assert torch.equal(left.net.generator.get_state(), right.net.generator.get_state())
        assert left.net.state_dict().keys() == right.net.state_dict().keys()
        for name, value in left.net.state_dict().items():
            assert torch.equal(value, right.net.state_dict()[name]), name


def test_the_same_request_gives_the_same_test_accuracies() -> None:
    first, second = list(train(request())), list(train(request()))
    assert [[v.to_dict() for v in r.variants] for r in first] == [[v.to_dict() for v in r.variants] for r in second]


def test_it_rises_as_the_network_learns() -> None:
    last = list(train(request(steps=250, batch_size=32, record_every=50, variants=[SMALL])))[-1].variants[0]
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.5


class Told(nn.Module):
    """Give logits that were laid down."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits
        self.modes: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        return self.logits[x[:, 0, 0, 0].long()]


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_shares_are_exact_and_what_is_not_finite_is_wrong(batch_size: int) -> None:
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [float("nan"), 0.0], [float("inf"), 0.0], [3.0, 4.0]])
    net = Told(logits)
    images = torch.arange(5.0).view(5, 1, 1, 1)
    labels = torch.tensor([0, 1, 0, 0, 0])
    found = accuracy_of(net, images, labels, batch_size=batch_size, memory_format="contiguous", precision="float32")
    assert found == 2 / 5
    assert not any(net.modes)
    assert net.training
