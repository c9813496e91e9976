"""Feature maps as a job: its result, its figure, its sentences."""

import base64
import io
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from PIL import Image

from skipscope.app.executors.order import Order
from skipscope.model.data.loader import load
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.maps.events import evenly, seen, sentence_of, start
from skipscope.model.experiments.maps.figure import tiled
from skipscope.model.experiments.maps.kind import MAPS, FeatureMapsRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_events import TINY

QUICK: dict[str, Any] = {"dataset": "digits", "batch_size": 16, "steps": 1, "image": 4, "blocks": 2, "channels": 3}


def asked(**fields: Any) -> FeatureMapsRequest:
    return FeatureMapsRequest.model_validate({"variants": [TINY, {**TINY, "skips": False}], **QUICK, **fields})


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = [event for event in start(asked(), None).events if event]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    residual, plain = found["variants"]
    assert events[-1].kind == "result"
    assert [place["place"] for place in residual["places"]] == ["stem", "layer1.0", "layer3.0"]
    assert [list(place["maps"]) for place in residual["places"][:2]] == [["total"], ["shortcut", "branch", "total"]]
    assert [list(place["maps"]) for place in plain["places"][:2]] == [["total"], ["branch", "total"]]
    assert found["sentences"][0].startswith("ResNet-8 answers ")
    assert "; none of its blocks shown has a shortcut." in found["sentences"][1]
    data = load("digits", seed=0)
    assert torch.allclose(torch.tensor(found["image"]["pixels"]), data.test_pixels[4], atol=2e-3)
    assert found["image"]["class"] == str(int(data.test_labels[4]))
    # the image stands in the stem's row, and nothing in the place of a plain block's shortcut
    assert len(figure["data"]) == 2 * (4 + 5 + 5)
    assert figure["data"][18]["z"] == [[None]]
    parts = figure["data"][4:7]
    assert len({trace["zmax"] for trace in parts}) == 1, "one scale"
    assert parts[0]["zmin"] == -parts[0]["zmax"]
    assert figure["layout"]["yaxis"]["title"]["text"] == "A ResNet-8<br>stem"
    orjson.dumps(events[-1].data)


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(asked(), None).events
    while (event := next(events)) is None or not event.data.get("result", {}).get("variants"):
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert [one["label"] for one in last.data["result"]["variants"]] == ["ResNet-8"]


def test_blocks_are_chosen_evenly_with_both_ends() -> None:
    names = [f"b{i}" for i in range(27)]
    assert evenly(names, 4) == ("b0", "b9", "b17", "b26")
    assert evenly(names, 1) == ("b26",)
    assert evenly(names[:3], 12) == ("b0", "b1", "b2")


def test_channels_are_tiles_in_two_rows() -> None:
    one = [[[1, 2]], [[3, 4]], [[5, "nan"]]]
    assert tiled(one) == [[1, 2, None, 3, 4], [None] * 5, [5, None, None, None, None]]
    assert tiled(one[:2]) == [[1, 2, None, 3, 4]]


def test_logits_that_are_not_finite_are_no_answer() -> None:
    found = {"label": "net", "answer": None, "places": []}
    assert sentence_of(found, {"index": 3, "class": "1"}) == "net: its answer for image 3 is not finite."


@pytest.mark.parametrize(
    ("peaks", "said"), [((0, 0.5), "at b0: no pixel"), ((0, 0), "at b0 and b1: no pixel"), ((1, 0.5), "not finite.")]
)
def test_grad_cam_without_a_pixel_is_said(peaks: tuple[float, ...], said: str) -> None:
    places = [{"place": f"b{i}", "cam_peak": peak, "maps": {}} for i, peak in enumerate(peaks)]
    assert said in sentence_of({"label": "net", "answer": None, "places": places}, {"index": 3, "class": "1"})


def test_an_image_that_is_not_held_out_is_refused_by_name() -> None:
    for refuse in (MAPS.estimate, lambda request: start(request, None)):
        with pytest.raises(FieldError, match="image=359: the data set has 359 held-out images"):
            refuse(asked(image=359))


def test_a_picture_of_ones_own_goes_through_and_is_not_in_the_result() -> None:
    data = load("digits", seed=0)
    levels = (data.test_pixels[4, 0].numpy().repeat(8, 0).repeat(8, 1) * 255).round().astype("uint8")
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    request = asked(picture=file.getvalue())
    found = [event for event in start(request, None).events if event][-1].data
    theirs = [event for event in start(asked(), None).events if event][-1].data["result"]
    assert found["result"]["image"] == {"index": None, "class": None, "pixels": None}
    first = [one["variants"][0]["places"][0]["maps"]["total"][0] for one in (found["result"], theirs)]
    alike = torch.nn.functional.cosine_similarity(*(torch.tensor(one).flatten() for one in first), dim=0)
    assert alike > 0.9, "it is that digit, enlarged"
    assert found["result"]["sentences"][0].startswith("ResNet-8 answers ")
    assert " for your picture with " in found["result"]["sentences"][0]
    assert len(found["figure"]["data"]) == 2 * (4 + 5 + 5)
    assert "picture" not in request.model_dump()
    assert base64.b64encode(file.getvalue()).decode() not in repr(request)
    assert Order.of(MAPS, request).request["picture"] == request.picture


def test_colours_are_kept_where_the_images_have_them() -> None:
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 200
    grey, coloured = seen(red, load("digits")), seen(red, load("photos"))
    assert grey.shape == (1, 1, 8, 8)
    assert torch.allclose(grey, torch.tensor(0.299 * 200 / 255))
    assert coloured.shape[1] == 3
    assert coloured[0, :, 0, 0].tolist() == pytest.approx([200 / 255, 0, 0])
