"""The outline of any module: its layers in the order in which they run, with outputs, parameters and MACs."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from skipscope.model.measure.outputs import first_real
from skipscope.model.measure.places import leaves, unwrap

Shape = tuple[int, ...]
Call = tuple[nn.Module, Shape | None, Shape | None]
HEAD = ("name", "type", "output", "parameters", "MACs")
NO_INPUT = "Outputs, order and MACs are those of a forward pass: summarize(net, x), x being a batch."


@dataclass(slots=True)
class Row:
    """One call of a module: `output` is the shape of the first tensor, `macs` those of a convolution or linear layer.

    Parameters are told with the first call; those that several modules share with the first of them.
    """

    name: str
    type: str
    parameters: int
    output: Shape | None = None
    macs: int | None = None

    def words(self) -> tuple[str, ...]:
        """Return the cells of a table."""
        output = "" if self.output is None else " x ".join(map(str, self.output))
        numbers = [f"{number:,}" if number else "" for number in (self.parameters, self.macs)]
        return self.name, self.type, output, *numbers


class Outline:
    """The layers of a network that is not described by an Architecture.

    With inputs they stand in the order of a forward pass, which is made without gradients and in evaluation mode;
    without, in that of registration, and have no outputs and MACs. `str()` gives a table, `to_dict()` JSON data.
    """

    def __init__(self, net: nn.Module, *inputs: Any, **named: Any) -> None:
        self.net = unwrap(net)
        self.has_pass = bool(inputs or named)
        names = {module: name or type(module).__name__ for name, module in self.net.named_modules()}
        ran = list(_run(net, names, inputs, named)) if self.has_pass else []
        counted: set[Tensor] = set()
        self.rows = [_row(names[module], module, counted, *shapes) for module, *shapes in ran]
        calls = {module for module, *_ in ran}
        tops = {module for _, module in leaves(self.net)}
        for module, name in names.items():
            if module not in calls and (module in tops or any(p not in counted for p in _own(module))):
                self.rows.append(_row(name, module, counted))

    @property
    def totals(self) -> dict[str, int]:
        """Give the parameters, those that are trained, and the MACs of the convolutions and linear layers that ran."""
        parameters = [parameter for parameter in self.net.parameters() if not is_lazy(parameter)]
        return {
            "parameters": sum(parameter.numel() for parameter in parameters),
            "trained": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
            "macs": sum(row.macs or 0 for row in self.rows),
        }

    @property
    def notes(self) -> list[str]:
        """Say what is missing, and how to have it."""
        return [] if self.has_pass else [NO_INPUT]

    def to_dict(self) -> dict[str, Any]:
        """Return the outline as JSON data."""
        rows = [asdict(row) for row in self.rows]
        return {"name": type(self.net).__name__, "layers": rows, "totals": self.totals, "notes": self.notes}

    def __str__(self) -> str:
        rows = [HEAD, *(row.words() for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if i > 2 else cell.ljust(width) for i, (cell, width) in enumerate(pairs)
            ).rstrip()
            for pairs in (zip(row, widths, strict=True) for row in rows)
        ]
        totals = self.totals
        sums = f"{totals['parameters']:,} parameters, {totals['trained']:,} of them trained"
        sums += f"; {totals['macs']:,} MACs" if self.has_pass else ""
        return "\n".join([f"{type(self.net).__name__}: {sums}", "", *lines, *self.notes])


def _own(module: nn.Module) -> list[Tensor]:
    """Return the parameters that a module uses itself; attention also those of the projection that it does not run."""
    modules = module.modules() if isinstance(module, nn.MultiheadAttention) else [module]
    return [p for one in modules for p in one._parameters.values() if p is not None and not is_lazy(p)]


def _row(
    name: str, module: nn.Module, counted: set[Tensor], given: Shape | None = None, output: Shape | None = None
) -> Row:
    fresh = [parameter for parameter in _own(module) if parameter not in counted]
    counted.update(fresh)
    number = sum(parameter.numel() for parameter in fresh)
    return Row(name, type(module).__name__, number, output, _macs(module, given, output))


def _macs(module: nn.Module, given: Shape | None, output: Shape | None) -> int | None:
    if output is None or given is None:
        return None
    if isinstance(module, nn.Linear):
        return prod(output) * module.in_features
    if isinstance(module, nn.modules.conv._ConvNd):
        transposed = isinstance(module, nn.modules.conv._ConvTransposeNd)
        places, channels = (given, module.out_channels) if transposed else (output, module.in_channels)
        return prod(places) * (channels // module.groups) * prod(module.kernel_size)
    return None


def _run(net: nn.Module, names: dict[nn.Module, str], inputs: Any, named: Any) -> Iterator[Call]:
    """Make a forward pass, and yield each call of a module that runs none within, or has parameters of its own."""
    calls: list[Call] = []

    def hook(module: nn.Module, args: Any, output: object) -> None:
        calls.append((module, _shape(first_real(args)), _shape(first_real(output))))

    tops = {module for _, module in leaves(unwrap(net))}
    scripted = torch.jit.ScriptModule
    measured = [module for module in names if not isinstance(module, scripted) and (module in tops or _own(module))]
    handles = [module.register_forward_hook(hook) for module in measured]
    try:
        with _evaluating(net), torch.random.fork_rng(devices=[]), torch.no_grad():
            net(*inputs, **named)
    finally:
        for handle in handles:
            handle.remove()
    yield from calls


def _shape(x: Tensor | None) -> Shape | None:
    return None if x is None else tuple(x.shape)


@contextmanager
def _evaluating(net: nn.Module) -> Generator[None]:
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
