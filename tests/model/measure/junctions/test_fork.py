"""Additions that are junctions, and those that are none, however alike they look."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.graph import get_gradient_edge

from skipscope.model.measure.junctions.fork import FIRST, SECOND, Context, Fork, Walk, find_fork

WIDTH = 4
LAYERS = [nn.Linear(WIDTH, WIDTH) for _ in range(4)]
X = torch.randn(3, 6, WIDTH, requires_grad=True)
Pair = tuple[Tensor, Tensor]


def parted(make: Callable[[Tensor], Pair], context: Context | None = None) -> Fork | None:
    """Return where the two tensors part that are made of one."""
    first, second = make(X * 1)
    edges = [(edge.node, edge.output_nr) for edge in map(get_gradient_edge, (first, second))]
    return find_fork(edges[0], edges[1], context or Context())


def branch(x: Tensor) -> Tensor:
    """Return what two layers make of x."""
    return LAYERS[1](torch.relu(LAYERS[0](x)))


def snake(x: Tensor) -> Tensor:
    """Return a periodic function with a learned frequency, which is part of an activation."""
    frequency = nn.Parameter(torch.ones(1, 1, WIDTH))
    return torch.sin(frequency * x) ** 2 / frequency


def upsampled(x: Tensor) -> Tensor:
    """Return what an hourglass makes of x."""
    low = nn.functional.avg_pool1d(branch(x).transpose(1, 2), 2)
    return nn.functional.interpolate(low, scale_factor=2).transpose(1, 2)


narrow = nn.Linear(WIDTH // 2, WIDTH // 2)


def cell(x: Tensor) -> Pair:
    """Return what a recurrent cell adds: a layer of this word, and one of the state, made of the word before."""
    state = torch.tanh(LAYERS[0](x[:, 0]))
    return LAYERS[1](x[:, 1]), LAYERS[2](state)


def gated(x: Tensor) -> Pair:
    """Return what a highway layer adds: the gradient that comes by the gate is neither side's."""
    gate = torch.sigmoid(LAYERS[2](x))
    return x * (1 - gate), branch(x) * gate


JUNCTIONS: dict[str, tuple[Callable[[Tensor], Pair], str, bool]] = {
    "an identity": (lambda x: (x, branch(x)), "identity", True),
    "an identity on the other side": (lambda x: (branch(x), x), "identity", False),
    "a linear branch": (lambda x: (x, LAYERS[0](x)), "identity", True),
    "a copy": (lambda x: (x.clone(), branch(x)), "identity", True),
    "python's sum": (lambda x: (0 + x, branch(x)), "identity", True),
    "a shortcut that is pooled": (
        lambda x: (nn.functional.avg_pool1d(x, 2), branch(x)[..., ::2]), "projection", True,
    ),
    "a layer and a norm": (lambda x: (branch(x), nn.LayerNorm(WIDTH)(LAYERS[2](x))), "projection", False),
    "option A": (lambda x: (nn.functional.pad(x[..., ::2], (0, 2)), branch(x)), "projection", True),
    "a gate of its own": (lambda x: (x * torch.sigmoid(LAYERS[2](x)), branch(x)), "projection", True),
    "an hourglass": (lambda x: (x, upsampled(x)), "long", True),
    "a lateral layer beside an hourglass": (lambda x: (LAYERS[3](x), upsampled(x)), "long", True),
    "upsampling on both sides": (
        lambda x: (upsample(LAYERS[3](x)), upsample(branch(x))), "projection", True,
    ),
    "pooling behind a norm": (
        lambda x: (x, nn.functional.avg_pool1d(nn.LayerNorm(WIDTH)(x), 3, 1, 1)), "identity", True,
    ),
}  # fmt: skip


def upsample(x: Tensor) -> Tensor:
    """Return twice as many positions."""
    return nn.functional.interpolate(x.transpose(1, 2), scale_factor=2).transpose(1, 2)


NONE: dict[str, Callable[[Tensor], Pair]] = {
    "the same twice": lambda x: (x, x),
    "two branches": lambda x: (branch(x), LAYERS[3](torch.relu(LAYERS[2](x)))),
    "two layers, as in RepVGG": lambda x: (LAYERS[0](x), LAYERS[1](x)),
    "GELU by hand": lambda x: (x, 0.044715 * x**3),
    "a snake": lambda x: (x, snake(x)),
    "a bias": lambda x: (LAYERS[0](x), nn.Parameter(torch.zeros(3, 6, WIDTH)) * 1),
    "two inputs": lambda x: (branch(x), torch.randn(3, 6, WIDTH, requires_grad=True) * 1),
    "a rotary embedding": lambda x: (x * 0.3, torch.cat([-x[..., 2:], x[..., :2]], -1) * 0.7),
    "a gate that both sides share": gated,
    "a recurrent cell": cell,
    "two heads of a variational encoder": lambda x: (LAYERS[0](x), torch.exp(LAYERS[1](x)) * torch.randn(X.shape)),
    "parts of one tensor": lambda x: (x.chunk(2, -1)[1], narrow(torch.relu(narrow(x.chunk(2, -1)[0])))),
    "scores": lambda x: (LAYERS[0](x) @ LAYERS[1](x).mT, LAYERS[0](x) @ LAYERS[2](x).mT),
}  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "is_first"), JUNCTIONS.values(), ids=JUNCTIONS)
def test_a_shortcut_around_a_branch_is_found(make: Callable[[Tensor], Pair], kind: str, is_first: bool) -> None:
    fork = parted(make)
    assert fork is not None
    assert (fork.kind, fork.first_is_shortcut) == (kind, is_first)


@pytest.mark.parametrize("make", NONE.values(), ids=NONE)
def test_what_only_looks_like_a_junction_is_none(make: Callable[[Tensor], Pair]) -> None:
    assert parted(make) is None


def test_users_of_x_are_told_apart_by_the_path_that_they_lie_on() -> None:
    x = X * 1
    q, k, v = (layer(x) for layer in LAYERS[:3])
    auxiliary = LAYERS[3](x)
    y = nn.functional.scaled_dot_product_attention(q, k, v)
    assert auxiliary.requires_grad
    fork = find_fork((x.grad_fn, 0), (y.grad_fn, 0), Context())
    assert fork is not None
    assert len(fork.residual) == 3
    assert fork.shortcut == ()
    for node, place in fork.residual:
        assert node.next_functions[place][0] is x.grad_fn


def test_a_branch_may_depend_on_older_things_than_x() -> None:
    memory = LAYERS[3](X)
    x = X * 1
    y = nn.functional.scaled_dot_product_attention(LAYERS[0](x), memory, memory)
    fork = find_fork((x.grad_fn, 0), (y.grad_fn, 0), Context())
    assert fork is not None
    assert fork.kind == "identity"
    assert len(fork.residual) == 1


def test_a_factor_may_be_a_parameter_in_another_shape() -> None:
    x, gamma = X * 1, nn.Parameter(torch.ones(WIDTH))
    branches = {True: branch(x) * gamma.reshape(1, 1, -1), False: branch(x) * torch.ones(3, 1, 1)}
    for is_scaled, y in branches.items():
        fork = find_fork((x.grad_fn, 0), (y.grad_fn, 0), Context())
        assert fork is not None
        assert fork.is_scaled is is_scaled


def test_a_skip_around_two_junctions_is_long() -> None:
    context = Context()
    first = x = X * 1
    for _ in range(2):
        y = x + branch(x)
        context.sums[y.grad_fn] = (x.grad_fn, 0)
        x = y
    fork = find_fork((first.grad_fn, 0), (x.grad_fn, 0), context)
    assert fork is not None
    assert fork.kind == "long"


def test_a_deep_network_costs_no_walk_through_all_of_it() -> None:
    x = X * 1
    for _ in range(2000):
        x = x * 1.0001
    walk = Walk(Context())
    walk.begin((x.grad_fn, 0), FIRST)
    walk.begin((branch(x).grad_fn, 0), SECOND)
    assert next(walk.candidates()) == (x.grad_fn, 0)
    assert len(walk.visits) < 20
