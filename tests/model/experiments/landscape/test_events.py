"""The landscape as a job: its centre is the trained network's loss, and what is kept when it is stopped."""

from typing import Any

import orjson
import pytest
import torch
from torch import nn

from skipscope.model.experiments.landscape.events import start
from skipscope.model.experiments.landscape.grid import COARSEST
from skipscope.model.experiments.landscape.kind import LANDSCAPE, LandscapeRequest
from skipscope.model.jobs.job import Stopped
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY

QUICK = {"dataset": "digits", "batch_size": 8, "steps": 3, "points": 5, "images": 50}
BOTH = [{**TINY, "skips": False}, TINY]


def request(**fields: Any) -> LandscapeRequest:
    return LandscapeRequest.model_validate({"variants": BOTH, **QUICK, **fields})


def result_of(asked: LandscapeRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    events = [event for event in start(asked, None).events if event is not None]
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"] == asked.steps + 1 + asked.points**2 - COARSEST
    assert events[-1].kind == "result"
    orjson.dumps(events[-1].data)
    return events[-1].data["result"], events[-1].data["figure"]


@pytest.mark.parametrize(("part", "size"), [("training", 50), ("held_out", 359)])
def test_the_centre_is_the_loss_of_the_trained_network(part: str, size: int) -> None:
    asked = request(part=part, images=size if part == "training" else 1000)
    found, figure = result_of(asked)
    training = train(asked.training())
    for _ in training:
        pass
    data = training.dataset
    images, labels = (
        (data.train_images, data.train_labels) if part == "training" else (data.test_images, data.test_labels)
    )
    for variant, one in zip(training.variants, found["variants"], strict=True):
        with torch.no_grad():
            logits = variant.net.eval()(images[:size])
        loss = nn.functional.cross_entropy(logits, labels[:size]).item()
        assert one["images"] == size
        assert one["loss"] == one["losses"][2][2] == pytest.approx(loss, rel=1e-3)  # four digits are sent
        assert one["error"] == pytest.approx((logits.argmax(1) != labels[:size]).double().mean().item())
        assert one["measured"] == 25
    assert [sentence.split()[0] for sentence in found["sentences"]] == ["plain-8", "ResNet-8"]
    assert len(figure["data"]) == 4


def test_the_same_seed_gives_the_same_picture() -> None:
    one, two, other = (result_of(request(seed=seed, points=3))[0] for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_one_that_is_stopped_keeps_the_points_that_it_has() -> None:
    events = start(request(points=21), None).events
    while (event := next(events)) is None or event.kind != "partial" or "measured" not in str(event.data["result"]):
        pass
    assert event.data["result"]["variants"][1]["measured"] >= COARSEST, "the first picture"
    for _ in range(9):
        next(events)
    last = events.throw(Stopped())
    assert last is not None
    assert last.kind == "result"
    assert COARSEST < last.data["result"]["variants"][0]["measured"] < 441


def test_the_number_of_points_is_odd() -> None:
    with pytest.raises(ValueError, match=r"points=20: .* odd\. Give 19 or 21\."):
        request(points=20)


def test_more_points_and_images_take_longer() -> None:
    def seconds(**fields: Any) -> float:
        return LANDSCAPE.estimate(request(**fields)).seconds

    assert seconds(points=5) < seconds(points=21) < seconds(points=41)
    assert seconds(points=21, images=50) < seconds(points=21, images=500)
    assert seconds(points=21, images=5000, part="held_out") == seconds(points=21, images=359, part="held_out")
