"""Reading the trunk as a job: its result, its sentences, and what is kept when it is stopped."""

from typing import Any

import orjson
import pytest

from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.reading.events import sentence_of, start
from skipscope.model.experiments.reading.kind import READING, ReadingRequest, counts_of, widths_of
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_events import TINY

QUICK: dict[str, Any] = {"dataset": "digits", "batch_size": 16, "steps": 1, "images": 20, "fitted": 70, "image": 3}
DEEP = {**TINY, "depths": [3, 2, 1]}


def asked(**fields: Any) -> ReadingRequest:
    return ReadingRequest.model_validate({"variants": [DEEP], **QUICK, **fields})


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = [event for event in start(asked(variants=[DEEP, {**TINY, "skips": False}]), None).events if event]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    residual, plain = found["variants"]
    assert events[-1].kind == "result"
    assert (residual["fitted"], residual["images"]) == (70, 20)
    assert [len(one["places"]) for one in (residual, plain)] == [7, 4]
    assert [place["by"] for place in residual["places"]] == ["probe"] * 4 + ["head"] * 3
    assert all(len(place["scores"]) == 10 for place in residual["places"])
    assert sum(residual["places"][-1]["scores"]) == pytest.approx(1, abs=1e-2)
    assert residual["accuracy"] == residual["places"][-1]["head_accuracy"]
    assert found["sentences"][1].startswith("plain-8: a linear probe reads ")
    assert " of 20 held-out images after stem and " in found["sentences"][1]
    assert [trace["type"] for trace in figure["data"]].count("heatmap") == 2
    heatmap = figure["data"][-1]
    assert list(heatmap["y"]) == found["classes"]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [3.5, 1.5]
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"]
    assert [event for event in events if event.kind == "partial"][-1].data["figure"]["layout"]


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(asked(), None).events
    while (event := next(events)) is None or event.kind != "progress" or event.data["done"] < event.data["total"] - 2:
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert last.kind == "result"
    read = [place["probe_accuracy"] for place in last.data["result"]["variants"][0]["places"]]
    assert read[0] is not None
    assert read[-1] is None


def test_the_answer_is_told_from_where_it_stays() -> None:
    places = [{"place": f"layer1.{i}", "answer": answer, "probe_accuracy": i / 10} for i, answer in enumerate("83585")]
    image = {"index": 7, "class": "5"}
    found: dict[str, Any] = {"label": "net", "images": 9, "accuracy": 0.5, "places": places}
    assert sentence_of(found, image).endswith("For image 7 the answer is 5, its class, from layer1.4 on.")
    found["places"] = places[:-2]
    assert sentence_of(found, {**image, "class": "8"}).endswith("the answer is 5, in place of 8, from layer1.2 on.")
    found["places"] = [{**place, "probe_accuracy": None} for place in places]
    assert sentence_of(found, image) == "net: no place is read yet, or its activations are not finite."


def test_an_image_that_is_not_held_out_is_refused_by_name() -> None:
    for refuse in (READING.estimate, lambda request: start(request, None)):
        with pytest.raises(FieldError, match="image=359: the data set has 359 held-out images"):
            refuse(asked(image=359))


def test_an_estimate_knows_the_places_and_what_is_kept() -> None:
    for fields in ({}, {"preset": "resnet50"}, {"preset": "wrn_16_4"}):
        architecture = asked(variants=[fields or DEEP]).variants[0]
        shapes = [block.output_shape[0] for block in build_graph(architecture).blocks]
        assert widths_of(architecture) == (architecture.stem_width, *shapes)
    few, many = READING.estimate(asked()), READING.estimate(asked(fitted=1000))
    assert many.bytes - few.bytes == 4 * 930 * sum(widths_of(asked().variants[0]))
    assert many.seconds > few.seconds
    assert counts_of(asked(images=100_000, fitted=100_000)) == (1438, 359)
