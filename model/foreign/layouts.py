"""Other programs' names for the layers of a ResNet, and the prefixes that wrappers leave, as torchvision's names."""

import re
from collections.abc import Callable, Container, Iterable, Mapping

from torch import nn

from skipscope.model.foreign.entries import AVERAGES, PLAIN

WRAPPERS = frozenset({
    "module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_fpw_module",
    "_module",
})  # fmt: skip
"""Names that torch, Lightning and others put before or between the names of a network that they wrap."""

WORDS = frozenset(PLAIN) | frozenset(AVERAGES) | frozenset({
    "resnet", "trunk", "visual", "feature_extractor", "image_encoder", "img_backbone", "base", "base_model", "_model",
    "classifier", "pl_module", "learner", "ema_model", "model_ema", "teacher_model", "target_model", "target_encoder",
    "encoder_q", "encoder_k",
})  # fmt: skip
"""Names under which a larger module holds the network itself."""

Rename = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _stage(match: re.Match[str]) -> str:
    stage, block, rest = int(match[1]) + 1, match[2], match[3]
    if rest.startswith("shortcut."):
        kind = rest.removeprefix("shortcut.").replace("convolution.", "0.").replace("normalization.", "1.")
        return f"layer{stage}.{block}.downsample.{kind}"
    _, place, kind = rest.split(".", 2)
    kind = kind.replace("convolution.", f"conv{int(place) + 1}.").replace("normalization.", f"bn{int(place) + 1}.")
    return f"layer{stage}.{block}.{kind}"


RENAMES: tuple[Rename, ...] = (
    (re.compile(r"^(layer\d+\.\d+)\.shortcut\.(\d)\."), r"\1.downsample.\2."),
    (re.compile(r"^(linear|last_linear|classifier|head|head\.fc|head\.linear|logits)\.(weight|bias)$"), r"fc.\2"),
    (re.compile(r"^layer0\.(conv1|bn1)\."), r"\1."),
    # transformers' ResNet
    (re.compile(r"^embedder\.embedder\.convolution\."), "conv1."),
    (re.compile(r"^embedder\.embedder\.normalization\."), "bn1."),
    (re.compile(r"^encoder\.stages\.(\d+)\.layers\.(\d+)\.((?:shortcut|layer\.\d)\.(?:conv|norm).+)$"), _stage),
    (re.compile(r"^classifier\.1\.(weight|bias)$"), r"fc.\1"),
    # MMPretrain's deep stem, one sequence with its last norm
    (re.compile(r"^stem\.([01346])\."), r"conv1.\1."),
    (re.compile(r"^stem\.7\."), "bn1."),
)  # fmt: skip
"""Patterns of other programs' keys below the network's root, and what stands for them here."""

FLAT_STEM = {
    "conv1": "conv1.0", "bn1": "conv1.1", "conv2": "conv1.3", "bn2": "conv1.4", "conv3": "conv1.6", "bn3": "bn1",
}  # fmt: skip
PROJECTION = re.compile(r"^(.+\.downsample)\.(\d+)(\..+)$")


def unwrapped(key: str) -> str:
    """Return a key without the names of wrappers, wherever they stand."""
    return ".".join(name for name in key.split(".") if name not in WRAPPERS)


def is_wrapping(prefix: str) -> bool:
    """Tell whether a prefix is made of nothing but names under which a network is held."""
    return all(name in WORDS or name in WRAPPERS for name in prefix.split(".") if name)


def renamed(keys: Iterable[str], net: nn.Module) -> dict[str, str]:
    """Return the network's name for each key below its root: the same, or that for another program's layout.

    A key that has no name here keeps its own.
    """
    keys = list(keys)
    own = frozenset(map(unwrapped, net.state_dict()))
    if "conv1.0.weight" in own and {"conv2.weight", "conv3.weight"} <= set(keys):
        names = {key: _of_flat_stem(key) for key in keys}
    else:
        names = {key: key if key in own else _renamed(key, own) for key in keys}
    moves = _moves(names.values(), own, net)
    return {key: _moved(name, moves) for key, name in names.items()}


def is_known(key: str, own: Container[str]) -> bool:
    """Tell whether a key below a network's root names something of that network, in any layout."""
    if key in own or _renamed(key, own) in own:
        return True
    match = PROJECTION.match(key)
    return match is not None and any(f"{match[1]}.{int(match[2]) + step}{match[3]}" in own for step in (1, -1))


def _renamed(key: str, own: Container[str]) -> str:
    for pattern, name in RENAMES:
        other = pattern.sub(name, key)
        if other != key and (other in own or PROJECTION.match(other)):
            return other
    return key


def _of_flat_stem(key: str) -> str:
    """Rename a deep stem whose layers lie beside the stages: conv1, bn1, conv2, bn2, conv3, bn3."""
    kind, _, rest = key.partition(".")
    if kind not in FLAT_STEM:
        return key
    return f"{FLAT_STEM[kind]}.{rest}"


def _moves(names: Iterable[str], own: frozenset[str], net: nn.Module) -> dict[str, int]:
    """Return by how many places a projection lies elsewhere than in the file, for those that may be moved.

    ResNet-D's projections have their convolution at place 1, after a pooling; other layouts have it at 0 where nothing
    is pooled. Both compute the same there. A projection that shrinks the image is never moved: with its convolution at
    place 0 it has a stride and no pooling, and is another network's.
    """
    theirs, ours = _first_places(names), _first_places(own)
    modules = {unwrapped(name): module for name, module in net.named_modules()}
    return {
        block: ours[block] - place
        for block, place in theirs.items()
        if block in ours and _keeps_size(modules[block])
    }  # fmt: skip


def _first_places(names: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for match in filter(None, map(PROJECTION.match, names)):
        places[match[1]] = min(int(match[2]), places.get(match[1], int(match[2])))
    return places


def _keeps_size(projection: nn.Module) -> bool:
    parts = list(projection.children())
    return not any(isinstance(part, nn.AvgPool2d) for part in parts) and not any(
        isinstance(part, nn.Conv2d) and part.stride != (1, 1) for part in parts
    )


def _moved(name: str, moves: Mapping[str, int]) -> str:
    match = PROJECTION.match(name)
    if match is None or not moves.get(match[1]):
        return name
    return f"{match[1]}.{int(match[2]) + moves[match[1]]}{match[3]}"
