"""tests/golden/summaries.json and kinds.json are what the front end's tests draw; they are what the model says."""

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
SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 8], "image_size": 8}
BOTTLENECK: dict[str, Any] = {"block": "bottleneck", "depths": [2, 1], "widths": [8, 16]}
KINDS: dict[str, dict[str, Any]] = {
    "basic": {},
    "no norm": {"norm": "none"},
    "group norm, tanh": {"norm": "group", "activation": "tanh"},
    "plain": {"skips": False},
    "option A": {"projection": "A"},
    "option C": {"projection": "C"},
    "1x1 shortcut": {"shortcut": "conv1x1"},
    "scaled": {"shortcut": "constant_scaling", "shortcut_scale": 0.5, "residual_scale": 0.25},
    "exclusive gate": {"shortcut": "exclusive_gating", "order": "pre_activation"},
    "shortcut gate": {"shortcut": "shortcut_only_gating"},
    "dropout": {"shortcut": "dropout"},
    "norm after addition": {"order": "bn_after_addition"},
    "activation before addition": {"order": "relu_before_addition"},
    "activation-only pre-activation": {"order": "relu_only_preactivation"},
    "pre-activation": {"order": "pre_activation"},
    "pre-activated bottleneck": {**BOTTLENECK, "order": "pre_activation"},
    "bottleneck": BOTTLENECK,
    "ResNet-D bottleneck": {**BOTTLENECK, "stem": "deep", "downsample": "avg_pool", "image_size": 64},
    "SE bottleneck": {**BOTTLENECK, "squeeze_excitation": True},
    "RepVGG": {"block": "repvgg"},
    "SkipInit": {"residual_init": "skipinit"},
    "LayerScale": {**BOTTLENECK, "residual_init": "layer_scale", "squeeze_excitation": True},
    "Fixup": {"residual_init": "fixup", "norm": "none"},
    "Fixup bottleneck": {**BOTTLENECK, "residual_init": "fixup", "norm": "none"},
}
"""Every kind of block that there is."""

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


def compact(name: str, architecture: Architecture, fields: tuple[str, ...] = LAYER) -> dict[str, Any]:
    """Keep of a summary what the diagram is drawn from."""
    summary = json.loads(json.dumps(summarize(architecture).to_dict()))
    return {
        "name": name,
        "label": summary["label"],
        "architecture": summary["architecture"],
        "totals": summary["totals"],
        "layers": [{key: layer[key] for key in fields} for layer in summary["layers"]],
        "graph": {
            "blocks": summary["graph"]["blocks"],
            "taps": summary["graph"]["taps"],
            "weights": summary["graph"]["weights"],
        },
    }


def test_golden_summaries_are_current() -> None:
    made = {name: compact(name, architecture) for name, architecture in networks()}
    holds(GOLDEN, made)


def test_golden_kinds_are_current() -> None:
    networks = {name: Architecture.model_validate({**SMALL, **changes}) for name, changes in KINDS.items()}
    fields = (*LAYER, "parameters")
    holds(GOLDEN.with_name("kinds.json"), {name: compact(name, one, fields) for name, one in networks.items()})


def holds(golden: Path, made: dict[str, Any]) -> None:
    """Compare with a golden file, or write it anew."""
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(net, separators=(',', ':'))}" for name, net in made.items()
        )
        golden.write_text("{\n" + lines + "\n}\n")
    assert json.loads(golden.read_text()) == made, "set SKIPSCOPE_UPDATE_GOLDEN=1 to write it anew"
