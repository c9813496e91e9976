"""Read the pickle in a checkpoint without importing or calling anything that it names, but for making tensors.

Anything else that a training script put beside the weights (its settings, its optimizer, whole modules) becomes an
Inert object, which holds the file's data of it and does nothing.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

import torch
from torch import Tensor, _utils, nn


class Inert:
    """A thing of a class that was not imported: how it was made, what was put into it, and its attributes."""

    origin = "builtins.object"
    dump_patches = False  # torch.load asks the classes of old files whether to write a patch

    def __new__(cls, *args: Any, **fields: Any) -> "Inert":
        """Keep what the object would have been made with."""
        made = super().__new__(cls)
        made.made_with, made.entries, made.state = args, {}, None
        return made

    def __init__(self, *args: Any, **fields: Any) -> None:
        self.made_with: tuple[Any, ...]
        self.entries: dict[Any, Any]
        self.state: Any

    def __call__(self, *args: Any, **fields: Any) -> "Inert":
        """Stand in for what a call would give."""
        return Inert(*args)

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __setitem__(self, key: Any, value: Any) -> None:
        self.entries[key] = value

    def append(self, value: Any) -> None:
        """Leave out the items of a list: no weights are found without a name."""

    def extend(self, values: Any) -> None:
        """Leave out the items of a list."""

    def add(self, value: Any) -> None:
        """Leave out the items of a set."""


class _Maker:
    """A function that a file may call. It has no attributes that a file could change for later files."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *args: Any) -> Any:
        return self._make(*args)


def _typed(function: Any, _type: Any, args: tuple[Any, ...], _state: Any) -> Any:
    """Rebuild a tensor of a class derived from Tensor as a plain one."""
    return function(*args) if isinstance(function, _Maker) else Inert()


def _parameter(data: Any = None, requires_grad: bool = True, *_: Any) -> Any:
    return nn.Parameter(data, requires_grad and data.is_floating_point()) if isinstance(data, Tensor) else Inert()


MAKERS: dict[str, Callable[..., Any]] = {
    "torch._utils._rebuild_tensor": _utils._rebuild_tensor,
    "torch._utils._rebuild_tensor_v2": _utils._rebuild_tensor_v2,
    "torch._utils._rebuild_tensor_v3": _utils._rebuild_tensor_v3,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch._tensor._rebuild_from_type_v2": _typed,
    "torch.nn.parameter.Parameter": _parameter,
    "torch.Size": torch.Size,
}
"""All that a file may call."""


class Unpickler(pickle._Unpickler):  # the one in C reserves memory for a place in its memo that a damaged file names
    """Python's own, which finds nothing but MAKERS, dtypes and ordered dicts by name; all else is Inert."""

    def __init__(self, file: BinaryIO, **_: Any) -> None:
        super().__init__(file, encoding="latin1")
        self._found: dict[str, Any] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name stands for."""
        origin = f"{module}.{name}"
        if origin not in self._found:
            self._found[origin] = self._find(origin, module, name)
        return self._found[origin]

    def _find(self, origin: str, module: str, name: str) -> Any:
        if origin == "collections.OrderedDict":
            return OrderedDict
        if origin in MAKERS:
            return _Maker(MAKERS[origin])
        if origin == "torch.storage.UntypedStorage":
            return SimpleNamespace(dtype=torch.uint8)
        if module == "torch" and isinstance(found := getattr(torch, name, None), torch.dtype):
            return found
        return type("Inert", (Inert,), {"origin": origin})


def load(file: BinaryIO, **_: Any) -> Any:
    """Read one pickle, as pickle.load does."""
    return Unpickler(file).load()


SAFE_PICKLE = SimpleNamespace(__name__=__name__, Unpickler=Unpickler, load=load)
"""The replacement for the module pickle, for torch.load."""


def attributes_of(found: Inert) -> Mapping[Any, Any]:
    """Return the attributes of an inert object, those in slots too."""
    state = found.state
    if isinstance(state, tuple):
        parts = [part for part in cast("tuple[Any, ...]", state) if isinstance(part, dict)]
        return {key: value for part in parts for key, value in part.items()}
    return cast("dict[Any, Any]", state) if isinstance(state, dict) else {}
