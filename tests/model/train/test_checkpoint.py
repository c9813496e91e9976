"""A copy of a network in mid-training goes on exactly as the original."""

from collections.abc import Iterable
from typing import Any

import pytest
from torch import Tensor

from skipscope.model.data.loader import Dataset
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.records import StepRecord
from skipscope.model.train.training import train

NET = {"preset": "resnet20", "depths": [1, 1, 1]}


def request(*variants: dict[str, Any], **fields: Any) -> TrainingRequest:
    return TrainingRequest.model_validate({"variants": variants, "batch_size": 16, "steps": 8, **fields})


def losses(records: Iterable[StepRecord]) -> list[list[float]]:
    return [[variant.loss for variant in record.variants] for record in records]


@pytest.mark.parametrize(
    ("fields", "training"),
    [
        ({"norm": "none", "init": "xavier_normal"}, {}),
        ({}, {"optimizer": "adamw", "lr": 1e-3, "weight_decay": 0.1}),
        ({"stochastic_depth": 0.5}, {"schedule": "cosine", "warmup_steps": 3}),
        ({"shortcut": "dropout"}, {"nesterov": True}),
        ({"projection": "C", "residual_init": "skipinit"}, {}),
    ],
)
def test_both_copies_go_on_as_the_original_does(fields: dict[str, Any], training: dict[str, Any]) -> None:
    net = {**NET, **fields}
    original = train(request(net, **training))
    before = [next(original) for _ in range(4)]
    state = original.checkpoint(0)
    copies = train(request(net, net, **training), resume=state)
    assert copies.step == len(before)
    rest = losses(original)
    records = list(copies)
    assert losses(records) == [[loss, loss] for [loss] in rest]
    assert len(rest) == 4
    assert all(v.findings[0].step == v.record.step == record.step for record in records for v in record.variants)


def test_copies_share_nothing() -> None:
    original = train(request(NET))
    next(original)
    copies = train(request(NET, NET), resume=original.checkpoint(0))
    copies.set_skips(1, [False, False, False])
    rest = losses(copies)
    assert [first for first, _ in rest] == [loss for [loss] in losses(original)]
    assert all(first != second for first, second in rest)


def test_what_was_cut_and_connected_on_the_way_is_kept() -> None:
    net = {**NET, "skips": [True, False, True], "projection": "B"}
    original = train(request(net))
    next(original)
    original.set_skips(0, [True, True, False])  # a new projection, and an old one that waits
    original.set_strength(0, {"layer1.0": 0.5})
    original.set_lr(0.001)
    next(original)
    state = original.checkpoint(0)
    now = {**net, "skips": [True, True, False]}
    copies = train(request(now, now), resume=state)
    original.set_skips(0, [True, True, True])
    for variant in (0, 1):
        copies.set_skips(variant, [True, True, True])
    assert losses(copies) == [[loss, loss] for [loss] in losses(original)]


def test_a_copy_says_how_strong_its_shortcuts_are() -> None:
    original = train(request(NET))
    original.set_strength(0, {"layer1.0": 0.5})
    copies = train(request(NET, NET), resume=original.checkpoint(0))
    assert [variant["strength"] for variant in copies.schema()["variants"]] == [[0.5, 1.0, 1.0]] * 2


def test_copies_prepare_no_image_of_a_step_before(monkeypatch: pytest.MonkeyPatch) -> None:
    original = train(request(NET))
    for _ in range(5):
        next(original)
    state = original.checkpoint(0)
    prepared: list[int] = []
    prepare = Dataset.prepare

    def count(self: Dataset, pixels: Tensor) -> Tensor:
        prepared.append(len(pixels))
        return prepare(self, pixels)

    monkeypatch.setattr(Dataset, "prepare", count)
    copies = train(request(NET, NET, eval_every=0), resume=state)
    assert not prepared
    next(copies)
    assert prepared == [16]
