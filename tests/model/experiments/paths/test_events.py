"""Paths of a network of four blocks against plain autograd, one after the other, and the experiment as a job."""

import math
from collections import Counter
from itertools import product

import orjson
import torch

from skipscope.model.experiments.paths.cut import Cut
from skipscope.model.experiments.paths.events import all_paths, drawn_paths, start
from skipscope.model.experiments.paths.figure import figure_of
from skipscope.model.experiments.paths.kind import PathsRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_cut import by_autograd, made

TINY = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
QUICK = {"dataset": "digits", "batch_size": 8, "steps": 2, "samples": 2}


def known() -> dict[tuple[bool, ...], float]:
    net, images, labels = made({})
    return {
        through: math.log10(by_autograd(net, images, labels, through).norm().item())
        for through in product((False, True), repeat=4)
    }


def test_all_paths_are_those_of_plain_autograd() -> None:
    found = [path for piece in all_paths(Cut(*made({}))) for path in piece]
    wanted = sorted((sum(through), value) for through, value in known().items())
    assert [count for count, _ in sorted(found)] == [count for count, _ in wanted]
    for (_, own), (_, value) in zip(sorted(found), wanted, strict=True):
        assert math.isclose(own, value, abs_tol=1e-9)


def test_drawn_paths_have_the_length_that_is_asked_and_one_of_its_gradients() -> None:
    by_count: dict[int, list[float]] = {}
    for through, value in known().items():
        by_count.setdefault(sum(through), []).append(value)
    cut, generator, seen = Cut(*made({})), torch.Generator().manual_seed(0), Counter[float]()
    for _ in range(12):
        found = [path for piece in drawn_paths(cut, (0, 1, 2, 3, 4), generator) for path in piece]
        assert [count for count, _ in found] == [0, 1, 2, 3, 4]
        for count, own in found:
            nearest = min(by_count[count], key=lambda value: abs(value - own))
            assert math.isclose(own, nearest, abs_tol=1e-9)
            seen[nearest] += count == 2
    assert sum(times > 0 for times in seen.values()) > 3, "different paths are drawn"


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    request = PathsRequest.model_validate({"variants": [TINY, {**TINY, "skips": False}], **QUICK})
    events = [event for event in start(request, None).events if event is not None]
    assert [event.kind for event in events][-1] == "result"
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    residual, plain = found["variants"]
    assert residual["has_all_paths"]
    assert sum(len(each["log10_norms"]) for each in residual["measured"]) == 8
    assert plain["lengths"] == [3]
    assert found["sentences"][1] == "plain-8 has no skip connection: one path, through all 3 blocks."
    assert {trace["name"] for trace in figure["data"]} == {"A ResNet-8", "B plain-8"}
    assert "5 to 17 of 54 blocks" in found["sentences"][2]
    as_deep = figure_of({**found, "paper": {**found["paper"], "blocks": 3}})
    assert {trace["name"] for trace in as_deep["data"]} - {"A ResNet-8", "B plain-8"} == {found["paper"]["title"]}
    orjson.dumps(events[-1].data)
    assert [event.data["done"] for event in events if event.kind == "progress"][-1] == 4


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    request = PathsRequest.model_validate({"variants": [{"preset": "resnet56"}], **QUICK, "steps": 0})
    events = start(request, None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert last.kind == "result"
    assert all(len(each["log10_norms"]) == 1 for each in last.data["result"]["variants"][0]["measured"])


def test_the_same_seed_draws_the_same_paths() -> None:
    request = PathsRequest.model_validate({"variants": [{"preset": "resnet44"}], **QUICK, "steps": 0})
    one, two = ([event for event in start(request, None).events if event][-1].data["result"] for _ in range(2))
    assert one == two
