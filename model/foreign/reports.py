"""Say why a state dict does not fit a network: keys with counts, the nearest names, and how the networks differ."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from torch import Tensor, nn

from skipscope.model.foreign.fitting import Misfits
from skipscope.model.foreign.layouts import unwrapped
from skipscope.model.foreign.pickles import Inert

SHOWN, LONG = 6, 120
"""So many keys of each kind are named, and so much of each; of the rest there is a count."""

BLOCK = re.compile(r"^layer(\d+)\.(\d+)\.")
PROJECTION = re.compile(r"^layer(\d+)\.\d+\.downsample\.(\d+)\.weight$")


def report(misfits: Misfits, state: Mapping[str, Any], net: nn.Module) -> list[str]:
    """Return a clause for each kind of misfit, and one on how file and network differ."""
    own = net.state_dict()
    clauses: list[str] = []
    for keys, what in ((misfits.missing, "missing"), (misfits.unexpected, "unexpected")):
        if keys:
            clauses.append(f"{len(keys)} {what} {'key' if len(keys) == 1 else 'keys'}: {_some(keys)}")
    shapes = [
        f"{key} is {_shape(state[key])} in the file and {_shape(own[key])} in the network" for key in misfits.shapes
    ]
    clauses += shapes[:SHOWN]
    if len(shapes) > SHOWN:
        clauses.append(f"{len(shapes) - SHOWN} more keys have another shape")
    differences = _differences(state, {unwrapped(key): value for key, value in own.items()})
    return clauses + (differences or _nearest(misfits))


def _differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """Say how two ResNets differ; nothing where one of them is none."""
    file, network = describe(theirs), describe(ours)
    return [
        f"{field}={file[field]} in the file and {network[field]} in the network"
        for field in (file and network)
        if file[field] not in (network[field], None)
    ]


def _nearest(misfits: Misfits) -> list[str]:
    """Say which missing key an unexpected one may stand for."""
    pairs = [
        (key, get_close_matches(key, misfits.missing, 1, 0.8)) for key in misfits.unexpected[:SHOWN] if len(key) < LONG
    ]
    return [f"{key} in the file is near to {close[0]}" for key, close in pairs if close]


def describe(state: Mapping[str, Any]) -> dict[str, Any]:
    """Read the architecture of a ResNet from the keys and shapes of its state dict; nothing for another network."""
    blocks = [(int(match[1]), int(match[2])) for match in map(BLOCK.match, state) if match is not None]
    if not blocks:
        return {}
    stages = range(1, max(stage for stage, _ in blocks) + 1)
    depths = [1 + max((block for at, block in blocks if at == stage), default=-1) for stage in stages]
    stem = next((state[key] for key in ("conv1.weight", "conv1.0.weight") if key in state), None)
    places = [(int(match[1]), -int(match[2])) for match in map(PROJECTION.match, state) if match is not None]
    return {
        "block": "bottleneck" if "layer1.0.conv3.weight" in state else "basic",
        "depths": depths,
        "stem": _stem(state, stem),
        "in_channels": _size(stem, 1),
        "num_classes": _size(state.get("fc.weight"), 0),
        "projection": "none or A" if not places else "B or C",
        "downsample": "avg_pool" if places and max(places)[1] else "strided_conv",  # the last stage shrinks
        "squeeze_excitation": any(".se." in key for key in state),
    }


def _stem(state: Mapping[str, Any], weight: Any) -> str:
    if "conv1.0.weight" in state:
        return "deep"
    return {7: "imagenet", 3: "cifar"}.get(_size(weight, -1) or 0, "another")


def _size(weight: Any, axis: int) -> int | None:
    return weight.shape[axis] if isinstance(weight, Tensor) and weight.ndim > 1 else None


def _some(keys: Sequence[str]) -> str:
    rest = len(keys) - SHOWN
    return ", ".join(key[:LONG] for key in keys[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _shape(value: Any) -> str:
    return str(list(value.shape)) if isinstance(value, Tensor) else f"no plain tensor but {kind_of_value(value)}"


def kind_of_value(value: Any) -> str:
    """Name what a file holds in place of a tensor."""
    return f"made by {value.origin}" if isinstance(value, Inert) else f"of type {type(value).__name__}"
