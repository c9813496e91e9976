"""tests/golden/summaries.json is what the front end's tests draw; it is what the model says."""

import json
import os
from pathlib import Path
from typing import Any

from skipscope import preset, summarize

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


def compact(name: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Keep of a summary what the diagram is drawn from."""
    of = {"preset": name, **changes}
    summary = json.loads(json.dumps(summarize(preset(of.pop("preset"), **of)).to_dict()))
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
    made = {name: compact(name, changes) for name, changes in NETS.items()}
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(net, separators=(',', ':'))}" for name, net in made.items()
        )
        GOLDEN.write_text("{\n" + lines + "\n}\n")
    assert json.loads(GOLDEN.read_text()) == made, "set SKIPSCOPE_UPDATE_GOLDEN=1 to write it anew"
