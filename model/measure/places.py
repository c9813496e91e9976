"""The places of a network that are measured: those that it offers itself or, by default, each module without children
and each weight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Protocol, cast, runtime_checkable

from torch import nn
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.nn.utils.parametrize import ParametrizationList

from skipscope.model.measure.record import nearest

COMPUTED = ("_orig", "_g", "_v")
"""Ends of the names of parameters from which pruning, spectral norm and weight norm compute a weight anew."""


CALLED = "()"
"""The end of the name of a function that is measured as modules are."""


class ForkedBlock(Protocol):
    """A block whose input parts at a module of its own, and whose two paths meet at another."""

    @property
    def fork(self) -> nn.Module:
        """The module that hands x to the residual path and to the shortcut, or None to a shortcut that is cut."""
        ...

    @property
    def junction(self) -> nn.Module:
        """The module that adds what both paths bring; either may be None."""
        ...

    @property
    def has_bare_shortcut(self) -> bool:
        """Whether the shortcut, if it is connected, hands on its input unchanged."""
        ...

    @property
    def after(self) -> Sequence[str]:
        """The modules between the junction and the block's output."""
        ...


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a network by name.

    `taps` are modules, `active` those of them that are activation functions, `weights` give each weight's name its
    parameter's, `blocks` have a fork and a junction. `ordered`: the taps stand in the order of execution and each runs
    once; otherwise a Recorder learns the order, and how often each runs, from the first forward pass.
    """

    taps: tuple[str, ...]
    weights: Mapping[str, str]
    active: frozenset[str] = frozenset()
    blocks: Mapping[str, ForkedBlock] = field(default_factory=dict[str, ForkedBlock])
    ordered: bool = False
    positions: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many positions an output of a tap has in space, where the network knows it."""


@runtime_checkable
class Offering(Protocol):
    """A network that says itself where it is to be measured."""

    def measured_places(self) -> Places:
        """Return the places, under names of `named_modules` and `named_parameters`."""
        ...


def unwrap(net: nn.Module) -> nn.Module:
    """Return the network inside the wrappers of torch.compile, DistributedDataParallel and DataParallel."""
    while True:
        if isinstance(net, DistributedDataParallel | DataParallel):
            net = cast("nn.Module", net.module)
        elif [name for name, _ in net.named_children()] == ["_orig_mod"]:
            net = net.get_submodule("_orig_mod")
        else:
            return net


def places_of(net: nn.Module, *, leaves_only: bool = False) -> Places:
    """Return what a network offers or, where it offers nothing, each module without children and each weight.

    A bias is no weight, nor is a parameter from which a weight is computed anew (spectral norm, weight norm, pruning).
    """
    if isinstance(net, Offering) and not leaves_only:
        return net.measured_places()
    modules = dict(net.named_modules())
    names = [name for name, module in leaves(net) if name or module is net]
    active = frozenset(name for name, module in modules.items() if is_activation(module))
    weights = {path.removesuffix(".weight"): path for path in _weights(net)}
    return Places(tuple(names), weights, active)


def leaves(module: nn.Module, name: str = "", known: set[nn.Module] | None = None) -> Iterator[tuple[str, nn.Module]]:
    """Yield the modules that run none within, as attention does, which hands its projection to a function."""
    known = set() if known is None else known
    if module in known:
        return
    known.add(module)
    children = [] if isinstance(module, nn.MultiheadAttention) else list(module.named_children())
    children = [(own, child) for own, child in children if own != "parametrizations"]
    if not children:
        yield name, module
    for own, child in children:
        yield from leaves(child, f"{name}.{own}" if name else own, known)


def _weights(net: nn.Module) -> Iterator[str]:
    for name, module in net.named_modules():
        if isinstance(module, ParametrizationList):
            continue
        for own, parameter in module._parameters.items():
            if "bias" not in own and parameter is not None and not _is_source(module, own):
                yield f"{name}.{own}" if name else own


def _is_source(module: nn.Module, name: str) -> bool:
    return any(name.endswith(end) and hasattr(module, name.removesuffix(end)) for end in COMPUTED)


def patterns_of(taps: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the patterns that were given, or None. Raise ValueError where they are none."""
    if taps is None:
        return None
    patterns = (taps,) if isinstance(taps, str) else tuple(taps) if isinstance(taps, Sequence) else ()  # pyright: ignore[reportUnnecessaryIsInstance]
    if not patterns or not all(isinstance(pattern, str) for pattern in patterns):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"taps={taps!r}: no patterns. Give one or more, such as 'layer1.*', or leave it out.")
    return patterns


def choose(net: nn.Module, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the modules that fit any of the patterns.

    A pattern that ends with "()" is for functions, which are found when they are called. Raise ValueError for a pattern
    that fits none, with the names that are nearest to it.
    """
    names = [name for name, _ in net.named_modules() if name]
    for pattern in patterns:
        if not pattern.endswith(CALLED) and not any(fnmatchcase(name, pattern) for name in names):
            raise ValueError(f"taps={pattern!r}: no module has such a name. {nearest(pattern, names)}")
    return tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


def is_activation(module: nn.Module) -> bool:
    """Tell whether a module is an activation function of torch's."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)


def parameter_of(owner: nn.Module, name: str) -> nn.Parameter | None:
    """Return the parameter that a module has under a name now."""
    # a module of TorchScript keeps its parameters in something less than a dictionary
    own = owner._parameters
    return own.get(name) if isinstance(own, dict) else getattr(owner, name, None)  # pyright: ignore[reportUnnecessaryIsInstance]


def is_trained(weight: Any) -> bool:
    """Tell whether an optimizer changes this very tensor; a weight that is computed anew from others is no such one."""
    return isinstance(weight, nn.Parameter) and weight.is_leaf
