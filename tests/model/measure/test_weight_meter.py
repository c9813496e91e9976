"""Norms of gradients and updates against their definitions: the difference to a copy of each weight."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import prune

from skipscope.model.measure.record import Value
from skipscope.model.measure.recorder import Recorder
from skipscope.model.measure.sgd import SGD

pytestmark = pytest.mark.usefixtures("engine")

Optimizer = torch.optim.Optimizer
Make = Callable[[Any], Optimizer]
OPTIMIZERS: dict[str, Make] = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "momentum, fused": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, fused=True),
    "ours": lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "ours, Nesterov": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "ours, no momentum": lambda p: SGD(p, lr=0.1),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.01),
}


class Bench:
    """A small net that trains, with what each update really was."""

    def __init__(self, make: Make) -> None:
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 2))
        self.optimizer = make(self.net.parameters())

    @property
    def weights(self) -> list[Tensor]:
        return [module.weight.detach() for module in self.net if isinstance(module, nn.Linear)]

    def backward(self) -> list[float]:
        """Make a new gradient; return its norms."""
        self.optimizer.zero_grad()
        nn.functional.cross_entropy(self.net(torch.randn(8, 6)), torch.randint(2, (8,))).backward()
        grads = [module.weight.grad for module in self.net if isinstance(module, nn.Linear)]
        return [grad.double().norm().item() for grad in grads if grad is not None]

    def step(self, recorder: Recorder, act: Callable[[], object]) -> tuple[list[Value], list[float]]:
        """Train a step, of which `act` is what follows the gradient; return ratios as recorded and as they are."""
        before = [weight.double().clone() for weight in self.weights]
        norms = self.backward()
        act()
        record = recorder.read()
        assert record is not None
        assert record.columns["weight_gradient_norm"] == pytest.approx(norms, rel=1e-5)
        updates = [weight.double() - old for weight, old in zip(self.weights, before, strict=True)]
        true = [(u.norm() / old.norm()).item() for u, old in zip(updates, before, strict=True)]
        return list(record.columns["update_ratio"]), true


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_they_are_what_any_optimizer_did(make: Make) -> None:
    bench = Bench(make)
    with Recorder(bench.net) as recorder:
        for _ in range(5):
            measured, true = bench.step(recorder, bench.optimizer.step)
            assert measured == pytest.approx(true, rel=3e-4)


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_steps_that_are_not_recorded_leave_no_trace(make: Make) -> None:
    bench = Bench(make)
    with Recorder(bench.net, every=3) as recorder:
        for _ in range(4):
            measured, true = bench.step(recorder, bench.optimizer.step)
            assert measured == pytest.approx(true, rel=3e-4)
            for _ in range(2):
                bench.backward()
                bench.optimizer.step()
                assert recorder.read() is None


def test_a_loop_without_an_optimizer_is_measured_as_well() -> None:
    bench = Bench(OPTIMIZERS["SGD"])

    @torch.no_grad()
    def descend() -> None:
        for parameter in bench.net.parameters():
            assert parameter.grad is not None
            parameter.sub_(0.05 * parameter.grad)

    with Recorder(bench.net) as recorder:
        for _ in range(3):
            measured, true = bench.step(recorder, descend)
            assert measured == pytest.approx(true, rel=1e-4)


def told(measured: list[Value], true: list[float]) -> list[bool]:
    """Say which are told; those are right."""
    for ours, theirs in zip(measured, true, strict=True):
        assert ours is None or math.isclose(ours, theirs, rel_tol=3e-4, abs_tol=1e-12), (ours, theirs)
    return [value is not None for value in measured]


@pytest.mark.parametrize("name", ["momentum", "ours"])
def test_what_else_changes_a_weight_is_never_taken_for_the_step(name: str) -> None:
    bench = Bench(OPTIMIZERS[name])

    @torch.no_grad()
    def and_clamp() -> None:
        bench.optimizer.step()
        for parameter in bench.net.parameters():
            parameter.clamp_(-0.2, 0.2)

    def twice() -> None:
        bench.optimizer.step()
        bench.optimizer.step()

    with Recorder(bench.net) as recorder:
        for act in (bench.optimizer.step, bench.optimizer.step):
            assert all(told(*bench.step(recorder, act)))
        for act in (and_clamp, twice, and_clamp, lambda: None, bench.optimizer.step, twice):
            told(*bench.step(recorder, act))
            # what could not be told once is told from a copy from then on
            assert all(told(*bench.step(recorder, act)))


@pytest.mark.parametrize("name", ["momentum", "ours"])
def test_a_clamp_after_every_step_that_binds_only_later_is_measured_as_well(name: str) -> None:
    bench = Bench(OPTIMIZERS[name])
    with Recorder(bench.net) as recorder:
        for limit in (9.0, 9.0, 0.2, 0.1, 0.1):

            @torch.no_grad()
            def act(limit: float = limit) -> None:
                bench.optimizer.step()
                for parameter in bench.net.parameters():
                    parameter.clamp_(-limit, limit)

            assert all(told(*bench.step(recorder, act)))


@pytest.mark.parametrize("name", ["momentum", "ours"])
def test_a_rate_so_low_that_rounding_eats_the_update_is_not_believed(name: str) -> None:
    bench = Bench(OPTIMIZERS[name])
    with Recorder(bench.net) as recorder:
        for _ in range(3):
            assert all(told(*bench.step(recorder, bench.optimizer.step)))
        for lr in (1e-12, 1e-12, 0.1, 0.1):
            bench.optimizer.param_groups[0]["lr"] = lr
            measured, true = bench.step(recorder, bench.optimizer.step)
            assert all(told(measured, true))
            assert lr > 1e-3 or measured == [0.0, 0.0]


def test_weights_that_no_optimizer_changes_are_left_out() -> None:
    net = nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3)), nn.Linear(3, 3), nn.Linear(3, 2))
    prune.l1_unstructured(net[1], "weight", amount=0.5)
    with Recorder(net) as recorder:
        net(torch.randn(2, 4)).sum().backward()
        record = recorder.read()
    assert record is not None
    assert record.schema.weights == ("2",)


def test_another_optimizer_in_the_middle_is_measured_at_once() -> None:
    bench = Bench(OPTIMIZERS["ours"])
    others = [OPTIMIZERS[name](bench.net.parameters()) for name in ("AdamW", "momentum", "ours")]
    with Recorder(bench.net) as recorder:
        for optimizer in [bench.optimizer, *others, bench.optimizer, others[0]]:
            for _ in range(2):
                measured, true = bench.step(recorder, optimizer.step)
                assert measured == pytest.approx(true, rel=3e-4)


def test_a_step_that_is_left_out_moves_nothing() -> None:
    bench = Bench(OPTIMIZERS["ours"])
    with Recorder(bench.net) as recorder:
        for _ in range(2):
            bench.step(recorder, bench.optimizer.step)
        measured, true = bench.step(recorder, lambda: None)
        assert measured == true == [0.0, 0.0]


class Clamping(SGD):
    """Clamps all weights within its step."""

    def step(self, closure: Any = None) -> Any:
        loss = super().step(closure)
        clamp(self)
        return loss


class Idling(SGD):
    """Makes each other step only."""

    count = 0

    def step(self, closure: Any = None) -> Any:
        self.count += 1
        return super().step(closure) if self.count % 2 else None


@torch.no_grad()
def clamp(optimizer: Optimizer, *_: object) -> None:
    for parameter in optimizer.param_groups[0]["params"]:
        parameter.clamp_(-0.2, 0.2)


@torch.no_grad()
def shrink(optimizer: Optimizer, *_: object) -> None:
    for parameter in optimizer.param_groups[0]["params"]:
        parameter.mul_(0.9)


def hooked(optimizer: Optimizer, *, before: bool = False) -> Optimizer:
    """Have an optimizer change the weights in a hook of its own."""
    if before:
        optimizer.register_step_pre_hook(shrink)
    else:
        optimizer.register_step_post_hook(clamp)
    return optimizer


MEDDLING: dict[str, Make] = {
    "before": lambda p: hooked(SGD(p, lr=0.1, momentum=0.9), before=True),
    "after": lambda p: hooked(SGD(p, lr=0.1, momentum=0.9)),
    "within": lambda p: Clamping(p, lr=0.1, momentum=0.9),
    "not at all": lambda p: Idling(p, lr=0.1, momentum=0.9),
}


@pytest.mark.parametrize("make", MEDDLING.values(), ids=MEDDLING)
def test_what_changes_weights_within_the_step_is_never_taken_for_the_step(make: Make) -> None:
    bench = Bench(make)
    with Recorder(bench.net) as recorder:
        assert all(told(*bench.step(recorder, bench.optimizer.step)))
        for _ in range(5):
            told(*bench.step(recorder, bench.optimizer.step))


def test_a_closure_that_changes_weights_is_never_taken_for_the_step() -> None:
    bench = Bench(OPTIMIZERS["ours"])

    def closure() -> float:
        shrink(bench.optimizer)
        return 0.0

    with Recorder(bench.net) as recorder:
        for _ in range(3):
            assert all(told(*bench.step(recorder, lambda: bench.optimizer.step(closure))))


def test_a_change_that_shows_in_no_version_is_found_at_once() -> None:
    bench = Bench(OPTIMIZERS["ours"])

    def act() -> None:
        bench.optimizer.step()
        for parameter in bench.net.parameters():
            parameter.data.clamp_(-0.2, 0.2)

    with Recorder(bench.net) as recorder:
        for _ in range(3):
            assert all(told(*bench.step(recorder, act)))
