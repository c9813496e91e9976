"""What earlier versions recorded reads as the same run reads today: a file of the run a version."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from skipscope.app.wire.events import EVENTS
from skipscope.app.wire.old_findings import upgrade_findings
from skipscope.app.wire.upgrade import of_run, upgrade_digest

GOLDEN = Path(__file__).parents[2] / "golden"


def read(name: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (GOLDEN / name).read_bytes().splitlines()]


def upgraded(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    changes = [orjson.dumps(event["data"]) for event in events if event["type"] == "change"]
    schema = next(event["data"] for event in events if event["type"] == "schema")
    old = of_run(orjson.dumps(schema), lambda: changes)
    assert old is not None
    return [{**e, "data": orjson.loads(old.upgrade(e["type"], orjson.dumps(e["data"])))} for e in events]


OTHER_WORDS = {"reason", "label", "findings", "comparison", "batch", "answers"}
"""Said in other words since, or not at all before."""
MEASURES = {
    "activation_rms", "gradient_rms", "zero_fraction", "nonfinite", "weight_gradient_norm", "update_ratio",
    "residual_rms", "identity_rms", "residual_gradient_norm", "identity_gradient_norm",
}  # fmt: skip
"""Those of version 1; later ones are in no old run."""


def as_version_1_knew(part: Any) -> Any:
    """Return an event with all that is not finite as one word, and without names and the words of a refusal."""
    if isinstance(part, dict):
        kept = {name: as_version_1_knew(one) for name, one in part.items() if name not in OTHER_WORDS}
        if "gradient_rms" in kept:
            kept = {name: column for name, column in kept.items() if name in MEASURES}
        return {**kept, "refused": True} if "refused" in kept else kept
    if isinstance(part, list):
        return [as_version_1_knew(one) for one in part]
    return "nan" if part in {"inf", "-inf"} else part


VERSIONS = ["run.v1.jsonl", "run.v2.jsonl", "run.v3.jsonl"]


@pytest.mark.parametrize("name", VERSIONS)
def test_an_old_run_reads_as_the_same_run_does_today(name: str) -> None:
    old, new = upgraded(read(name)), read("run.jsonl")
    assert len(old) == len(new) == 19
    for was, now in zip(old, new, strict=True):
        assert as_version_1_knew(was) == as_version_1_knew(now), now["id"]


def test_a_measure_that_came_later_is_left_out_of_an_old_run() -> None:
    events = read("run.v1.jsonl")
    for event in events:
        for variant in event["data"].get("variants", []) if event["type"] == "step" else []:
            del variant["values"]["update_ratio"]
    steps = [one["data"] for one in upgraded(events) if one["type"] == "step"]
    assert {name for step in steps for variant in step["variants"] for name in variant["values"]} == (
        MEASURES - {"update_ratio"}
    )


@pytest.mark.parametrize("name", VERSIONS)
def test_an_old_run_is_as_the_models_describe_it(name: str) -> None:
    for event in upgraded(read(name)):
        EVENTS[event["type"]].model_validate(event["data"])


def findings_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    steps = [one["data"] for one in events if one["type"] == "step"]
    return [finding for step in steps for variant in step["variants"] for finding in variant["findings"]]


GRAVE = ("healthy", "dead units", "vanishing", "exploding")


@pytest.mark.parametrize("name", VERSIONS[:2])
def test_findings_of_old_judge_no_more_than_was_measured(name: str) -> None:
    before, after = findings_of(read(name)), findings_of(upgraded(read(name)))
    assert any(finding["kind"] == "healthy" for finding in before)
    assert any(finding["kind"] in {"vanishing", "exploding"} for finding in before)
    for was, now in zip(before, after, strict=True):
        assert not any(word in f"{now['kind']} {now['sentence']}" for word in GRAVE), now
        assert now["evidence"] == was["evidence"]
        assert now["sentence"].endswith(".")


@pytest.mark.parametrize(
    ("kind", "sentence", "told"),
    [
        ("healthy", "Nothing is lost, dead or out of proportion: healthy.",
         ("unmeasured", "The gradient was measured at fewer than two blocks: nothing to compare.")),
        ("vanishing", "Of the signal at a, 1e-8 arrives at b: vanishing, on the way forward.",
         ("signal", "Of the signal at a, 1e-8 arrives at b, on the way forward.")),
        ("vanishing", "1 of 9 blocks receives a gradient of exactly 0, a included: vanishing.",
         ("gradient", "1 of 9 blocks receives a gradient of exactly 0, a included.")),
        ("dead_units", "97 % of what a puts out are exact zeros: dead units.",
         ("zeros", "97 % of what a puts out are exact zeros.")),
        ("vanishing", "It shrinks, and weights of the first half change by 1 of their size a step: vanishing.",
         ("vanishing", "It shrinks, and weights of the first half change by 1 of their size a step: vanishing.")),
        ("frozen", "3 of 9 weights had no gradient: frozen, or not used.",
         ("frozen", "3 of 9 weights had no gradient: frozen, or not used.")),
    ],
)  # fmt: skip
def test_an_old_sentence_loses_its_judgement_alone(kind: str, sentence: str, told: tuple[str, str]) -> None:
    finding = {"kind": kind, "sentence": sentence, "step": 3, "evidence": []}
    (now,) = upgrade_findings([finding])
    assert now == {**finding, "kind": told[0], "sentence": told[1]}


def test_a_refusal_of_old_says_why() -> None:
    refused = [one["data"]["refused"] for one in upgraded(read("run.v1.jsonl")) if "refused" in one["data"]]
    assert [one["changed"] for one in refused] == [{}]
    assert refused[0]["detail"].startswith("1 validation error for Architecture")


def test_a_run_of_today_is_left_as_it_is() -> None:
    schema = next(event["data"] for event in read("run.jsonl") if event["type"] == "schema")
    assert of_run(orjson.dumps(schema), list) is None


def test_skips_that_are_all_alike_are_one_value_in_the_schema() -> None:
    names = {"taps": ["relu"], "weights": ["conv1"], "blocks": ["layer1.0", "layer1.1"]}
    values = {
        "activation_rms": [1.0], "gradient_rms": [None], "zero_fraction": [0.5], "nonfinite": [0],
        "weight_gradient_norm": [1.0], "update_ratio": [None], "residual_rms": [1.0, 1.0],
        "identity_rms": [None, None], "residual_gradient_norm": [1.0, 1.0], "identity_gradient_norm": [None, None],
    }  # fmt: skip
    schema = {"variants": [{**names, "architecture": {"skips": False}, "strength": [1.0, 1.0]}]}
    step = {"step": 0, "variants": [{"loss": 1.0, "accuracy": 0.5, "values": values}]}
    old = of_run(orjson.dumps(schema), list)
    assert old is not None
    variant = orjson.loads(old.upgrade("step", orjson.dumps(step)))["variants"][0]
    assert variant["net"] == {"skips": [False, False], "strength": [1.0, 1.0]}
    assert variant["values"] == values, "nothing was lost: null is what does not apply"


def test_a_loss_in_the_few_numbers_of_an_old_run() -> None:
    told = {"label": "a", "loss": [1.0, None], "accuracy": [0.5, 0.1], "gradient_ratio": [None, 2.0]}
    new = orjson.loads(upgrade_digest(orjson.dumps({"steps": [0, 1], "variants": [told]}).decode()) or "")
    assert new["variants"] == [{**told, "loss": [1.0, "nan"]}]
    assert upgrade_digest(None) is None
