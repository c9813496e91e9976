"""tests/golden/summaries.json is what the front end's tests draw; it is what the model says."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skipscope import Architecture, preset, summarize

GOLDEN = Path(__file__).parent / "golden" / "summaries.json"
NETS: dict[str, dict[str, Any]] = {
    "resnet18": {},
    "resnet50": {},
    "plain20": {"norm": "none", "image_size": 8, "in_channels": 1},
    "resnet20": {"norm": "none", "image_size": 8, "in_channels": 1},
    "preact20": {"preset": "resnet20", "order": "pre_activation", "norm": "none", "image_size": 8, "in_channels": 1},
    "plain56": {"norm": "none", "image_size": 8, "in_channels": 1},
    "resnet56": {"norm": "none", "image_size": 8, "in_channels": 1},
}
LAYER = ("name", "type", "stage", "block", "path", "inputs", "input_shape", "output_shape", "kernel", "stride")


def networks() -> Iterator[tuple[str, Architecture]]:
    """Give presets with changes, and the networks of the recorded run."""
    for name, changes in NETS.items():
        of = {"preset": name, **changes}
        yield name, preset(of.pop("preset"), **of)
    with (GOLDEN.parent / "run.jsonl").open(encoding="utf-8") as lines:
        schema = json.loads(next(lines))["data"]
    for number, variant in enumerate(schema["variants"]):
        yield f"recorded{number}", Architecture.model_validate(variant["architecture"])


def compact(name: str, architecture: Architecture) -> dict[str, Any]:
    """Keep of a summary what the diagram is drawn from."""
    summary = json.loads(json.dumps(summarize(architecture).to_dict()))
    return {
        "name": name,
        "label": summary["label"],
        "architecture": summary["architecture"],
        "totals": summary["totals"],
        "layers": [{key: layer[key] for key in LAYER} for layer in summary["layers"]],
        "graph": {
            "blocks": summary["graph"]["blocks"],
            "taps": summary["graph"]["taps"],
            "weights": summary["graph"]["weights"],
        },
    }


def test_golden_summaries_are_current() -> None:
    made = {name: compact(name, architecture) for name, architecture in networks()}
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(net, separators=(',', ':'))}" for name, net in made.items()
        )
        GOLDEN.write_text("{\n" + lines + "\n}\n")
    assert json.loads(GOLDEN.read_text()) == made, "set SKIPSCOPE_UPDATE_GOLDEN=1 to write it anew"
