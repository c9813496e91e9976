"""Where a network is measured: at the places that it offers itself or, by default, at each module without children and
each weight."""

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
        elif list(net._modules) == ["_orig_mod"]:
            net = cast("nn.Module", net._modules["_orig_mod"])
        else:
            return net


def places_of(net: nn.Module) -> Places:
    """Return what a network offers or, where it offers nothing, each module without children and each weight.

    A bias is no weight, nor is a parameter from which a weight is computed anew (spectral norm, weight norm, pruning).
    """
    if isinstance(net, Offering):
        return net.measured_places()
    modules = dict(net.named_modules())
    names = [name for name, module in modules.items() if not module._modules and (name or len(modules) == 1)]
    active = frozenset(name for name, module in modules.items() if is_activation(module))
    weights = {path.removesuffix(".weight"): path for path in _weights(net)}
    return Places(tuple(names), weights, active)


def _weights(net: nn.Module) -> Iterator[str]:
    for name, module in net.named_modules():
        if isinstance(module, ParametrizationList):
            continue
        for own in module._parameters:
            if "bias" not in own and module._parameters[own] is not None and not _is_source(module, own):
                yield f"{name}.{own}" if name else own


def _is_source(module: nn.Module, name: str) -> bool:
    return any(name.endswith(end) and hasattr(module, name.removesuffix(end)) for end in COMPUTED)


def choose(net: nn.Module, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the modules that fit any of the patterns.

    Raise ValueError for a pattern that fits none, with the names that are nearest to it.
    """
    names = [name for name, _ in net.named_modules() if name]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ValueError(f"taps={pattern!r}: no module has such a name. {nearest(pattern, names)}")
    return tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


def is_activation(module: nn.Module) -> bool:
    """Tell whether a module is an activation function of torch's."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)


def is_trained(weight: Any) -> bool:
    """Tell whether an optimizer changes this very tensor; a weight that is computed anew from others is no such one."""
    return isinstance(weight, nn.Parameter) and weight.is_leaf
