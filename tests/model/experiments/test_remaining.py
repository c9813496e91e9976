"""The time left while networks train: their pace, and the rest as much slower than estimated as they are."""

from dataclasses import replace

import pytest

from skipscope.model.experiments.lesions.events import start
from skipscope.model.experiments.lesions.kind import LESIONS, LesionsRequest
from skipscope.model.experiments.remaining import Remaining
from skipscope.model.train.estimate import estimate_training
from tests.model.experiments.paths.test_events import TINY

REQUEST = LesionsRequest.model_validate({"variants": [TINY], "steps": 20, "batch_size": 16})


def test_it_is_the_pace_of_the_steps_and_the_rest_by_the_estimate() -> None:
    training = estimate_training(REQUEST.training()).seconds
    remaining = Remaining(REQUEST, training + 6.0)
    assert remaining.seconds(10, training / 2) == pytest.approx(training / 2 + 6.0)
    assert remaining.seconds(5, training) == pytest.approx(3 * training + 4 * 6.0), "four times slower"
    assert remaining.seconds(20, training) == pytest.approx(6.0), "trained, and the rest to come"
    assert Remaining(REQUEST, 0.0).seconds(20, 1.0) == 0


def test_every_kind_says_it_while_it_trains() -> None:
    seen = [event.data for event in start(REQUEST, None).events if event is not None and event.kind == "progress"]
    trained = [one for one in seen if one["done"] <= 20]
    assert {10, 20} <= {one["done"] for one in trained}
    assert all(one["seconds_left"] > 0 for one in trained[:-1])
    slow = replace(LESIONS.estimate(REQUEST), seconds=100.0)
    assert Remaining(REQUEST, slow.seconds).seconds(20, 1.0) > 50
