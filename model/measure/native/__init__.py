"""Compiled sums: one pass over a tensor by all threads, and gradients that are added up without calling Python.

They are an extra. Where they were not built, or were built for another torch or another Python, the same numbers are
taken by torch's own operations; `skipscope compile` builds them into the user's cache folder.
"""

import hashlib
import importlib.util
import logging
import os
import sysconfig
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast
from weakref import ReferenceType

import torch
from torch import Tensor, nn

FOLDER = Path(__file__).resolve().parent
MODULE = "meters"
log = logging.getLogger("skipscope")


class Sum(Protocol):
    """Sums over the elements of all tensors that were added, as in model/measure/sums.py."""

    def reset(self) -> None: ...
    def add(self, x: Tensor, /) -> None: ...
    def add_gradient_of(self, x: Tensor, /) -> None: ...
    def take_gradient_in(self, weight: Tensor, /) -> None: ...
    def rms(self) -> float | None: ...
    def norm(self) -> float | None: ...
    def zero_fraction(self) -> float | None: ...
    @property
    def calls(self) -> int: ...
    @property
    def nonfinite(self) -> float | Tensor: ...
    @property
    def elements(self) -> int: ...


class Tap(Protocol):
    """The output of one module and its gradient, as in model/measure/meters.py; `forward` is a hook."""

    def forward(self, module: nn.Module, args: Any, output: Any, /) -> None: ...
    def reset(self) -> None: ...
    def num_nonfinite(self) -> int | None: ...
    @property
    def activation(self) -> Sum: ...
    @property
    def gradient(self) -> Sum: ...


class Block(Protocol):
    """The two paths of one block, as in model/measure/meters.py; `fork` and `junction` are hooks."""

    def fork(self, module: nn.Module, args: Any, output: Any, /) -> Any: ...
    def junction(self, module: nn.Module, args: Any, output: Any, /) -> None: ...
    def reset(self) -> None: ...
    @property
    def residual(self) -> Sum: ...
    @property
    def identity(self) -> Sum: ...
    @property
    def residual_gradient(self) -> Sum: ...
    @property
    def identity_gradient(self) -> Sum: ...
    @property
    def dropped(self) -> bool: ...


_Sum = Sum
_Tap = Tap
_Block = Block


class Engine(Protocol):
    """What the compiled module has."""

    def Sum(self, *, zeros: bool = False) -> _Sum: ...  # noqa: N802  (classes)
    def Trail(self) -> object: ...  # noqa: N802
    def Tap(self, trail: object, *, zeros: bool) -> _Tap: ...  # noqa: N802
    def Block(self, block: ReferenceType[Any], trail: object, output: _Tap | None, /) -> _Block: ...  # noqa: N802
    def are_idle(self, taps: list[_Tap], /) -> bool: ...
    def tap_columns(self, taps: list[_Tap], /) -> Iterable[Sequence[float | None]]: ...
    def block_columns(self, blocks: list[_Block], /) -> Iterable[Sequence[float | None]]: ...
    def sgd_step(
        self, weights: list[Tensor], gradients: list[Tensor], buffers: list[Tensor], fresh: list[bool], *, lr: float,
        momentum: float, dampening: float, weight_decay: float, nesterov: bool,
    ) -> list[tuple[float, float]]: ...  # fmt: skip
    def sum_of_squares(self, x: Tensor, /) -> float: ...
    def sums_of_squares(self, tensors: Sequence[Tensor], /) -> list[float]: ...


def file_name() -> str:
    """Return the name of the module's file, of these sources, for this torch and this Python."""
    sources = sorted([*FOLDER.glob("*.cpp"), *FOLDER.glob("*.h"), FOLDER / "build.py"])
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return f"{MODULE}-{digest[:12]}-torch{torch.__version__}{sysconfig.get_config_var('EXT_SUFFIX')}"


def cache_folder() -> Path:
    """Return the folder that the module is compiled into: $SKIPSCOPE_CACHE, or the user's cache folder."""
    import platformdirs  # noqa: PLC0415  (a build from the sources has torch, and not always this)

    return Path(os.environ.get("SKIPSCOPE_CACHE") or platformdirs.user_cache_dir("skipscope", appauthor=False))


@cache
def load() -> Engine | None:
    """Load the compiled sums; None where there are none for this torch and this Python, or SKIPSCOPE_NATIVE is 0.

    A file that does not load is logged, once, and passed over.
    """
    if os.environ.get("SKIPSCOPE_NATIVE") == "0":
        return None
    # an image brings the file beside the sources
    for file in (FOLDER / file_name(), cache_folder() / file_name()):
        if not file.exists():
            continue
        spec = importlib.util.spec_from_file_location(MODULE, file)
        assert spec is not None and spec.loader is not None, f"{file} is an extension module"
        try:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        except ImportError as error:
            log.warning(
                "%s does not load, so measuring takes longer: %s. Remove it, then `skipscope compile`.", file, error
            )
            continue
        return cast("Engine", module)
    return None
