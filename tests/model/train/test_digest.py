"""A run in a few numbers."""

from collections.abc import Sequence

import orjson

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.digest import POINTS, TrainingDigest

SCHEMA = orjson.dumps(
    {"variants": [{"label": "net", "taps": ["stem", "layer1.0", "layer1.1"], "blocks": ["layer1.0", "layer1.1"]}]}
)


def step(number: int, gradients: Sequence[float | None], accuracy: float = 0.5, test: float | None = None) -> bytes:
    variant = {"loss": 1 / (number + 1), "accuracy": accuracy, "test_accuracy": test}
    return orjson.dumps({"step": number, "variants": [{**variant, "values": {"gradient_rms": gradients}}]})


def test_it_keeps_about_as_many_points_as_are_shown() -> None:
    digest = TrainingDigest(TrainingRequest(steps=999))
    digest.append("schema", SCHEMA)
    assert digest.dump() is None
    for number in range(1000):
        digest.append("step", step(number, [9, 3, 2]))
    dumped = orjson.loads(digest.dump() or "")
    assert POINTS * 0.9 <= len(dumped["steps"]) <= POINTS + 1
    assert (dumped["steps"][:2], dumped["steps"][-1]) == ([0, 21], 999)
    (variant,) = dumped["variants"]
    assert variant["label"] == "net"
    assert set(variant["gradient_ratio"]) == {1.5}
    assert variant["loss"][1] == 1 / 22


def test_a_ratio_that_is_no_number_is_null() -> None:
    digest = TrainingDigest(TrainingRequest(steps=2))
    digest.append("schema", SCHEMA)
    for number, gradients in enumerate(([0, 1, 0], [0, None, 1], [0, 0, 1])):
        digest.append("step", step(number, gradients))
    assert orjson.loads(digest.dump() or "")["variants"][0]["gradient_ratio"] == [None, None, 0]


def test_its_end_is_the_last_step_that_was_recorded_whichever_are_thinned_out() -> None:
    digest = TrainingDigest(TrainingRequest(steps=96))
    digest.append("schema", SCHEMA)
    dumped, variant = {}, {}
    for number in range(22, 60):  # a fork, whose last step is none of those that are kept
        digest.append("step", step(number, [9, 3, 2], accuracy=number / 100, test=0.11 if number in {40, 57} else None))
        dumped = orjson.loads(digest.dump() or "")
        (variant,) = dumped["variants"]
        assert (dumped["steps"][-1], variant["accuracy"][-1]) == (number, number / 100)
        assert len(dumped["steps"]) == len(set(dumped["steps"])) == len(variant["loss"]) == len(variant["accuracy"])
    assert (dumped["test_step"], variant["test_accuracy"]) == (57, 0.11)


def test_nothing_was_tested_before_the_first_test() -> None:
    digest = TrainingDigest(TrainingRequest(steps=96))
    digest.append("schema", SCHEMA)
    digest.append("step", step(0, [9, 3, 2]))
    dumped = orjson.loads(digest.dump() or "")
    assert (dumped["test_step"], dumped["variants"][0]["test_accuracy"]) == (None, None)
