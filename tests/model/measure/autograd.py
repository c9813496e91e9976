"""What the recorder's tests hold its numbers against: plain autograd, with every tensor kept."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import Record, Recorder

Run = Callable[[], object]


def rms(x: Tensor) -> float:
    """Return the root mean square in float64."""
    return math.sqrt(x.detach().double().square().mean().item())


def norm(x: Tensor) -> float:
    """Return the L2 norm in float64."""
    return math.sqrt(x.double().square().sum().item())


def mean_cosine(x: Tensor, y: Tensor) -> float | None:
    """Return the mean of the cosines of the first 8 images, of those without a vector of zeros, in float64."""
    pairs = [(a.double().flatten(), b.double().flatten()) for a, b in zip(x[:8], y[:8], strict=True)]
    found = [(a @ b / (a.norm() * b.norm())).item() for a, b in pairs if a.any() and b.any()]
    return sum(found) / len(found) if found else None


def record_of(net: nn.Module, run: Run, **options: Any) -> Record:
    """Record one step."""
    with Recorder(net, **options) as recorder:
        run()
        record = recorder.read()
    assert record is not None
    return record


def kept(net: nn.Module, names: Sequence[str], run: Run) -> dict[str, list[Tensor]]:
    """Run a step of a network that does nothing in place; return the outputs of modules, with their gradients."""
    found: dict[str, list[Tensor]] = {name: [] for name in names}
    handles: list[Any] = []
    for name in names:

        def keep(module: nn.Module, args: Any, output: Tensor, name: str = name) -> None:
            if output.requires_grad:
                output.retain_grad()
            found[name].append(output)

        handles.append(net.get_submodule(name).register_forward_hook(keep))
    run()
    for handle in handles:
        handle.remove()
    return found


def assert_measured(record: Record, name: str, x: Tensor) -> None:
    """Hold that a tap has measured this tensor and its gradient."""
    assert record.of("activation_rms", name) == pytest.approx(rms(x), rel=1e-4)
    assert x.grad is not None
    assert record.of("gradient_rms", name) == pytest.approx(rms(x.grad), rel=1e-4)


def assert_same(record: Record, expected: Record, tolerance: float = 1e-6) -> None:
    """Hold that two records have the same names and numbers; None only equals None, and NaN itself."""
    assert record.schema == expected.schema
    for measure, column in expected.columns.items():
        for name, ours, theirs in zip(expected.schema.names(measure), record.columns[measure], column, strict=True):
            same = ours is theirs if theirs is None else ours == pytest.approx(theirs, rel=tolerance, nan_ok=True)
            assert same, (measure, name, ours, theirs)


def weight_of(net: nn.Module, name: str) -> nn.Parameter:
    """Return the weight of a layer, by its name."""
    return net.get_parameter(f"{name}.weight")


def norm_of(weight: Tensor) -> float:
    """Return the norm of a weight's gradient."""
    assert weight.grad is not None
    gradient = weight.grad.to_dense()
    real = torch.view_as_real(gradient) if gradient.is_complex() else gradient
    return torch.linalg.vector_norm(real.double()).item()


def small(inplace: bool = False) -> nn.Sequential:
    """Return a small network, the same each time."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(inplace=inplace), nn.Linear(8, 2))
