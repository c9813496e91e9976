"""A run in a few numbers."""

from collections.abc import Sequence

import orjson

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.digest import POINTS, TrainingDigest

SCHEMA = orjson.dumps(
    {"variants": [{"label": "net", "taps": ["stem", "layer1.0", "layer1.1"], "blocks": ["layer1.0", "layer1.1"]}]}
)


def step(number: int, gradients: Sequence[float | None]) -> bytes:
    values = {"gradient_rms": gradients}
    return orjson.dumps({"step": number, "variants": [{"loss": 1 / (number + 1), "accuracy": 0.5, "values": values}]})


def test_it_keeps_about_as_many_points_as_are_shown() -> None:
    digest = TrainingDigest(TrainingRequest(steps=999))
    digest.append("schema", SCHEMA)
    assert digest.dump() is None
    for number in range(1000):
        digest.append("step", step(number, [9, 3, 2]))
    dumped = orjson.loads(digest.dump() or "")
    assert POINTS * 0.9 <= len(dumped["steps"]) <= POINTS
    assert dumped["steps"][:2] == [0, 21]
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
