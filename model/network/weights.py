"""Weights from files: .safetensors, and .pth read without executing anything in it."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

WRAPPERS = ("state_dict", "model_state_dict", "model")
"""Names under which training scripts put a state dict into what they save."""


class WeightsError(ValueError):
    """A file holds no weights, or weights that do not fit; the message names file, keys and shapes."""


def load_weights(path: str | PathLike[str], into: nn.Module | None = None) -> dict[str, Tensor]:
    """Read a state dict from a .safetensors, .pth or .pt file, on the CPU, and load it into a net where one is given.

    A state dict inside a checkpoint ("state_dict", "model_state_dict", "model") and the prefix "module." of data
    parallel training are taken off. Raise FileNotFoundError for a missing file and WeightsError for one that is no
    state dict or does not fit the net, key by key; the net is then unchanged.
    """
    path = Path(path)
    state = _unwrap(_read(path), path)
    if into is not None:
        misfits = find_misfits(state, into)
        if misfits:
            raise WeightsError(f"{path.name} does not fit the network: {'; '.join(misfits)}.")
        into.load_state_dict(state, strict=True)
    return state


def find_misfits(state: Mapping[str, Tensor], net: nn.Module) -> list[str]:
    """Say what of a state dict does not fit a net: missing and unexpected keys, and keys of another shape."""
    own = net.state_dict()
    missing = [key for key in own if key not in state]
    unexpected = sorted(key for key in state if key not in own)
    misfits = [
        f"{len(keys)} {what} {'key' if len(keys) == 1 else 'keys'}: {', '.join(keys)}"
        for keys, what in ((missing, "missing"), (unexpected, "unexpected"))
        if keys
    ]
    for key, value in state.items():
        if key in own and own[key].shape != value.shape:
            misfits.append(f"{key} is {_shape(value)} in the file and {_shape(own[key])} in the network")
    return misfits


def _read(path: Path) -> Any:
    if not path.is_file():
        raise FileNotFoundError(f"path={str(path)!r}: there is no such file")
    if path.suffix == ".safetensors":
        try:
            return load_file(path)
        except SafetensorError as error:
            raise WeightsError(f"{path.name} is not a safetensors file: {error}.") from error
    if path.suffix in (".pth", ".pt"):
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except (UnpicklingError, RuntimeError, EOFError) as error:
            raise WeightsError(
                f"{path.name} holds more than tensors, or is no PyTorch file; only weights are read, nothing is run. "
                "Save net.state_dict() alone, as .safetensors or .pth."
            ) from error
    raise WeightsError(f"{path.name}: weights are read from .safetensors, .pth and .pt files, not {path.suffix!r}.")


def _unwrap(found: Any, path: Path) -> dict[str, Tensor]:
    while isinstance(found, Mapping):
        inner = [found[name] for name in WRAPPERS if isinstance(found.get(name), Mapping)]
        if not inner:
            break
        found = inner[0]
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise WeightsError(f"{path.name} holds no state dict: a mapping of names to tensors is needed.")
    state = cast("Mapping[str, Tensor]", found)
    parallel = bool(state) and all(key.startswith("module.") for key in state)
    return {key.removeprefix("module.") if parallel else key: value for key, value in state.items()}


def _shape(tensor: Tensor) -> str:
    return str(list(tensor.shape))
