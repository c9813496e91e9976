"""The lesions as a job: its counts, its result, its sentences, and what is kept when it is stopped."""

import orjson
import pytest

from skipscope.model.experiments.lesions.events import sentence_of, start
from skipscope.model.experiments.lesions.kind import LesionsRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_events import TINY

QUICK = {"dataset": "digits", "batch_size": 8, "steps": 1, "images": 20, "draws": 2}
DEEP = {**TINY, "depths": [3, 2, 1]}


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    request = LesionsRequest.model_validate({"variants": [DEEP, {**DEEP, "skips": False}], **QUICK})
    events = [event for event in start(request, None).events if event is not None]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    residual, plain = found["variants"]
    assert events[-1].kind == "result"
    assert residual["images"] == 20
    assert [block["block"] for block in residual["blocks"]][:2] == ["layer1.0", "layer1.1"]
    assert all(block["error"] is not None for block in residual["blocks"])
    assert [each["count"] for each in residual["deleted_at_random"]] == [1, 2, 3]
    assert all(each["draws"] == 2 for each in residual["deleted_at_random"] + residual["swapped"])
    assert all(each["draws"] == 1 for each in residual["deleted_by_influence"])
    assert plain["blocks"][3]["reason"].startswith("its output has another shape")
    assert sentence_of(plain).startswith("plain-14 has")
    assert len(figure["data"]) > 8
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"]


def test_blocks_are_pruned_by_their_influence_and_those_without_one_last() -> None:
    wide = {**TINY, "depths": [2, 2, 2]}
    events = start(LesionsRequest.model_validate({"variants": [wide], **QUICK}), None).events
    found = [event for event in events if event is not None][-1].data["result"]["variants"][0]
    blocks = found["blocks"]
    assert [number for number, block in enumerate(blocks) if block["influence"] is None] == [2, 4]
    least = min((block for block in blocks if block["influence"] is not None), key=lambda block: block["influence"])
    assert found["deleted_by_influence"][0]["count"] == 1
    assert found["deleted_by_influence"][0]["loss"] == least["loss"]


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([0.1, 0.5, 0.3], "and 50.0% without b1, which hurts most."),
        ([0.1, 0.5, 0.5], "and 50.0% at most, without any one of 2 blocks, b1 among them."),
        ([0.1, 0.1, 0.05], "in the median of 3 blocks; no single deletion raises it."),
        ([None, None, None], "; none of its blocks can be deleted."),
    ],
)
def test_the_sentence_claims_no_worst_block_where_there_is_none(errors: list[float | None], said: str) -> None:
    blocks = [{"block": f"b{i}", "error": error} for i, error in enumerate(errors)]
    assert sentence_of({"label": "net", "error": 0.1, "images": 20, "blocks": blocks}).endswith(said)


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(LesionsRequest.model_validate({"variants": [DEEP], **QUICK, "steps": 0}), None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert last.kind == "result"
    errors = [block["error"] for block in last.data["result"]["variants"][0]["blocks"]]
    assert errors[0] is not None
    assert errors[-1] is None
