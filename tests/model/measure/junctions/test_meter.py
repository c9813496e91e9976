"""All measures of a junction against plain autograd, on networks as others write them."""

import math
from typing import Any, ClassVar
from weakref import ref

import pytest
import torch
from torch import Tensor, nn

from skipscope import Record, Recorder
from skipscope.model.measure.record import BLOCK_MEASURES
from tests.model.measure.junctions import nets
from tests.model.measure.junctions.telling import Told, listening
from tests.model.measure.junctions.words import Gpt, Mlp

pytestmark = pytest.mark.usefixtures("engine")


def rms(x: Tensor) -> float:
    """Return the root mean square in float64."""
    return math.sqrt(x.detach().double().square().mean().item())


def norm(x: Tensor) -> float:
    """Return the L2 norm in float64."""
    return math.sqrt(x.detach().double().square().sum().item())


def run(net: nn.Module, batch: Tensor, *, retain: bool = False) -> None:
    """Make one step without an update, with the same random numbers each time."""
    torch.manual_seed(1)
    net(batch).square().mean().backward(retain_graph=retain)


def recorded(case: nets.Case) -> tuple[Record, tuple[str, ...]]:
    """Record one step of a case; return the kinds of its junctions as well."""
    net = nets.made(case)
    with Recorder(net, at="junctions") as recorder:
        run(net, case.batch)
        record = recorder.read()
    assert record is not None
    assert record.notes == ()
    return record, tuple(map(str, recorder.junctions))


def told(case: nets.Case) -> list[Told]:
    """Run the same step with every tensor kept, and nothing in place."""
    net = nets.made(case)
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    with listening() as found:
        run(net, case.batch, retain=True)
    return list(found)


def part(made: Tensor, x: Tensor, gradient: Tensor) -> float:
    """Return the norm of what one path brings to x, by plain autograd."""
    if made is x:
        return norm(gradient)
    return norm(torch.autograd.grad(made, x, gradient, retain_graph=True)[0])


@pytest.mark.parametrize("case", nets.CASES.values(), ids=nets.CASES)
def test_every_measure_of_a_junction_equals_autograd(case: nets.Case) -> None:
    record, junctions = recorded(case)
    assert junctions == case.junctions
    additions = told(case)
    assert len(additions) == len(record.schema.blocks) == len(record.schema.taps)
    for name, (x, shortcut, branch, y) in zip(record.schema.blocks, additions, strict=True):
        gradient = y.grad
        assert gradient is not None
        expected = rms(branch), rms(shortcut), part(branch, x, gradient), part(shortcut, x, gradient)
        assert [record.of(measure, name) for measure in BLOCK_MEASURES[:4]] == pytest.approx(expected, rel=2e-4), name
        assert record.of("activation_rms", name) == pytest.approx(rms(y), rel=1e-4)
        assert record.of("gradient_rms", name) == pytest.approx(rms(gradient), rel=1e-4)
        assert record.of("nonfinite", name) == 0


def test_the_input_of_a_network_is_a_shortcut_without_a_gradient_of_its_own() -> None:
    net = Gpt()
    x = torch.randn(2, 6, 8)
    with Recorder(net, at="junctions") as recorder:
        net(x).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert record.schema.blocks == ("Gpt", "Gpt.2")
    assert record.of("identity_rms", "Gpt") == pytest.approx(rms(x), rel=1e-5)
    assert record.of("residual_gradient_norm", "Gpt") is None
    assert record.of("identity_gradient_norm", "Gpt") is None
    assert record.of("gradient_rms", "Gpt") is not None
    assert record.of("identity_gradient_norm", "Gpt.2") is not None


def test_an_input_that_asks_for_its_gradient_has_both_parts() -> None:
    net = Mlp(8)
    x = torch.randn(3, 8, requires_grad=True)
    with listening() as found:
        net(x).square().mean().backward(retain_graph=True)
        (_, _, branch, y) = found[0]
    assert y.grad is not None
    with Recorder(net, at="junctions") as recorder:
        net(x).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert record.of("residual_gradient_norm", "Mlp") == pytest.approx(part(branch, x, y.grad), rel=1e-4)
    assert record.of("identity_gradient_norm", "Mlp") == pytest.approx(norm(y.grad), rel=1e-4)


class Token:
    """Something that a graph holds."""


class Marked(torch.autograd.Function):
    """Hands on what it is given, and holds a token in the graph."""

    tokens: ClassVar[list[ref[Token]]] = []

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.token = Token()
        Marked.tokens.append(ref(ctx.token))
        return x.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0]


class Marks(nn.Module):
    """A residual layer behind a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.layer = nn.Linear(6, 6), Mlp(6)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(Marked.apply(self.first(x)))


def test_a_graph_that_nobody_goes_back_through_is_not_kept() -> None:
    net = Marks()
    with Recorder(net, at="junctions") as recorder:
        for _ in range(2):
            y = net(nets.ROWS)
            assert Marked.tokens[-1]() is not None
            del y
            assert Marked.tokens[-1]() is None
        net(nets.ROWS).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert record.of("residual_gradient_norm", "layer") is not None
