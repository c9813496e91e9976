"""Our SGD against torch's plain one, bit for bit, and what it tells against the weights before and after."""

import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.measure.sgd import SGD

pytestmark = pytest.mark.usefixtures("engine")

RATES: dict[str, dict[str, Any]] = {
    "plain": {},
    "decay": {"weight_decay": 0.01},
    "momentum": {"momentum": 0.9},
    "momentum, decay": {"momentum": 0.9, "weight_decay": 0.01},
    "dampening": {"momentum": 0.9, "dampening": 0.3},
    "Nesterov": {"momentum": 0.9, "nesterov": True},
    "Nesterov, decay": {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
}
SHAPES = [(), (1,), (33,), (37, 41), (8, 8, 3, 3), (300, 100, 3, 3)]


def weights() -> list[nn.Parameter]:
    """Make weights of many shapes, one channels last."""
    draw = torch.Generator().manual_seed(0)
    made = [torch.randn(shape, generator=draw) for shape in SHAPES]
    return [nn.Parameter(x) for x in (*made, made[4].contiguous(memory_format=torch.channels_last))]


def twins(rates: dict[str, Any]) -> tuple[SGD, torch.optim.SGD]:
    """Make our optimizer and torch's plain one, each with its own weights."""
    return SGD(weights(), 0.1, **rates), torch.optim.SGD(weights(), 0.1, **rates, foreach=False)


def send_gradients(seed: int, *optimizers: torch.optim.Optimizer) -> None:
    """Give the weights of all the same gradients; the third has none at first."""
    for optimizer in optimizers:
        draw = torch.Generator().manual_seed(seed)
        for place, weight in enumerate(optimizer.param_groups[0]["params"]):
            gradient = torch.randn(weight.shape, generator=draw)
            weight.grad = None if place == 2 and seed < 2 else torch.empty_like(weight).copy_(gradient)


def assert_equal(ours: torch.optim.Optimizer, theirs: torch.optim.Optimizer) -> None:
    """Compare weights and states, bit for bit."""
    pairs = zip(ours.param_groups[0]["params"], theirs.param_groups[0]["params"], strict=True)
    for own, other in pairs:
        assert torch.equal(own, other)
        mine, yours = (optimizer.state.get(weight, {}) for optimizer, weight in ((ours, own), (theirs, other)))
        assert mine.keys() == yours.keys()
        assert all(torch.equal(mine[name], yours[name]) for name in mine)


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
def test_steps_are_those_of_torch_bit_for_bit(rates: dict[str, Any]) -> None:
    ours, theirs = twins(rates)
    for seed in range(4):
        send_gradients(seed, ours, theirs)
        ours.param_groups[0]["lr"] = theirs.param_groups[0]["lr"] = 0.1 / (seed + 1)
        ours.step()
        theirs.step()
        assert_equal(ours, theirs)


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
def test_what_it_tells_is_what_happened(rates: dict[str, Any], engine: str) -> None:
    optimizer, _ = twins(rates)
    for seed in range(3):
        send_gradients(seed, optimizer)
        before = {weight: weight.detach().double().clone() for weight in optimizer.param_groups[0]["params"]}
        versions = {weight: weight._version for weight in before}
        optimizer.step()
        moved = {weight for weight in before if weight.grad is not None}
        assert set(optimizer.moved) == (moved if engine == "compiled" else set())
        for weight, (size, update, version) in optimizer.moved.items():
            assert version == versions[weight] == weight._version - 1
            assert size == pytest.approx(before[weight].square().sum().item(), rel=1e-9)
            assert update == pytest.approx((weight.detach().double() - before[weight]).square().sum().item(), rel=1e-6)
        assert all((weight._version > versions[weight]) == (weight in moved) for weight in before)


def test_updates_that_are_tiny_and_huge_are_told_as_exactly(engine: str) -> None:
    for lr, gradient in ((1e-30, 1.0), (1e-20, 1e-20), (1e-10, 1e30), (1.0, 1e37)):
        weight = nn.Parameter(torch.zeros(100))
        optimizer = SGD([weight], lr)
        weight.grad = torch.full((100,), gradient)
        optimizer.step()
        assert len(optimizer.moved) == (engine == "compiled")
        for _, update, _ in optimizer.moved.values():
            assert update == pytest.approx(100 * weight[0].item() ** 2, rel=1e-9)


STRANGE: dict[str, Callable[[], Tensor]] = {
    "float64": lambda: torch.randn(5, 4).double(),
    "bfloat16": lambda: torch.randn(5, 4).bfloat16(),
    "transposed": lambda: torch.randn(4, 5).t(),
    "with holes": lambda: torch.randn(5, 8)[:, ::2],
}


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_what_the_compiled_step_does_not_take_torch_does(make: Callable[[], Tensor]) -> None:
    first = make()
    pair = nn.Parameter(first), nn.Parameter(first.clone())
    ours, theirs = SGD([pair[0]], 0.1, momentum=0.9), torch.optim.SGD([pair[1]], 0.1, momentum=0.9, foreach=False)
    for _ in range(3):
        gradient = torch.randn(5, 4).to(first.dtype)
        pair[0].grad, pair[1].grad = gradient.clone(), gradient.clone()
        ours.step()
        theirs.step()
        assert torch.equal(*pair)


def test_sparse_gradients_are_taken() -> None:
    embedding = nn.Embedding(10, 3, sparse=True)
    before, optimizer = embedding.weight.detach().clone(), SGD(embedding.parameters(), 0.5)
    embedding(torch.tensor([1, 4])).sum().backward()
    optimizer.step()
    before[[1, 4]] -= 0.5
    assert torch.equal(embedding.weight.detach(), before)


def test_its_state_is_that_of_torch() -> None:
    ours, theirs = twins(RATES["momentum"])
    send_gradients(5, ours)
    ours.step()
    theirs.load_state_dict(deepcopy(ours.state_dict()))
    for own, other in zip(ours.param_groups[0]["params"], theirs.param_groups[0]["params"], strict=True):
        other.detach().copy_(own.detach())
    send_gradients(6, ours, theirs)
    ours.step()
    theirs.step()
    assert_equal(ours, theirs)


def test_a_closure_computes_the_loss_anew() -> None:
    weight = nn.Parameter(torch.ones(3))
    optimizer = SGD([weight], 0.1)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = weight.square().sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 3
    assert torch.equal(weight.detach(), torch.full((3,), 0.8))


@pytest.mark.parametrize("make", [deepcopy, lambda optimizer: pickle.loads(pickle.dumps(optimizer))])  # noqa: S301
def test_a_copy_goes_on_alike(make: Callable[[SGD], SGD]) -> None:
    first, other = twins(RATES["momentum"])
    send_gradients(5, first, other)
    first.step()
    other.step()
    copy = make(first)
    send_gradients(6, copy, other)
    copy.step()
    other.step()
    assert_equal(copy, other)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_groups_that_maximize_and_weights_that_come_twice_are_torchs(momentum: float) -> None:
    pair = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    made = []
    for kind, weight in zip((SGD, torch.optim.SGD), pair, strict=True):
        with pytest.warns(UserWarning, match="duplicate"):
            made.append(kind([weight, weight], 0.1, momentum=momentum))
        made[-1].add_param_group({"params": nn.Parameter(torch.ones(2)), "maximize": True})
    for _ in range(3):
        for optimizer in made:
            for group in optimizer.param_groups:
                for weight in group["params"]:
                    weight.grad = torch.full_like(weight, 2.0)
            optimizer.step()
    for ours, theirs in zip(*(optimizer.param_groups for optimizer in made), strict=True):
        assert torch.equal(ours["params"][0], theirs["params"][0])


def test_a_gradient_with_another_stride_along_one_element_is_taken(engine: str) -> None:
    weight = nn.Parameter(torch.randn(8, 1, 3, 3))
    weight.grad = torch.randn(8, 1, 3, 3).contiguous(memory_format=torch.channels_last)
    optimizer = SGD([weight], 0.1)
    optimizer.step()
    assert len(optimizer.moved) == (engine == "compiled")
