"""The gradient that is recorded is the one that the optimizer steps with, and the one before clipping beside it."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from skipscope import Record, Recorder
from tests.model.measure.autograd import small, weight_of

pytestmark = pytest.mark.usefixtures("engine")

Clip = Callable[[nn.Module], object]
CLIPS: dict[str, Clip] = {
    "norm": lambda net: nn.utils.clip_grad_norm_(net.parameters(), 0.05),
    "norm, not at once": lambda net: nn.utils.clip_grad_norm_(net.parameters(), 0.05, foreach=False),
    "value": lambda net: nn.utils.clip_grad_value_(net.parameters(), 0.01),
    "another tensor": lambda net: [setattr(p, "grad", 0.1 * p.grad) for p in net.parameters() if p.grad is not None],
}


def norms(net: nn.Module) -> list[float]:
    """Return the norms of the gradients that are there."""
    gradients = [weight_of(net, name).grad for name in "02"]
    return [gradient.double().norm().item() for gradient in gradients if gradient is not None]


@pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
def test_both_norms_are_there_where_gradients_are_clipped(clip: Clip) -> None:
    net = small()
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    with Recorder(net) as recorder:
        for _ in range(3):
            optimizer.zero_grad()
            net(torch.randn(8, 4)).square().mean().backward()
            before = norms(net)
            clip(net)
            after = norms(net)
            assert after < before, "the test clips"
            optimizer.step()
            gradient = of(recorder.read(), after).gradient
            assert gradient.before == pytest.approx(torch.tensor(before).norm().item(), rel=1e-5)
            assert gradient.norm == pytest.approx(torch.tensor(after).norm().item(), rel=1e-5)
            assert "clipped from a norm of" in str(gradient)


def test_clipping_that_changes_nothing_is_none() -> None:
    net = small()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    with Recorder(net) as recorder:
        net(torch.randn(8, 4)).square().mean().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1e9)
        optimizer.step()
        gradient = of(recorder.read(), norms(net)).gradient
    assert gradient.before is None
    assert "clipped" not in str(gradient)


def test_backward_passes_are_counted_up_to_the_optimizers_step() -> None:
    net = small()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    with Recorder(net) as recorder:
        for count in (1, 3, 2):
            for _ in range(count):
                net(torch.randn(8, 4)).square().mean().backward()
            after = norms(net)
            optimizer.step()
            optimizer.zero_grad()
            gradient = of(recorder.read(), after).gradient
            assert (gradient.passes, gradient.steps, gradient.skipped) == (count, 1, 0)
        nothing = recorder.read()
        assert nothing is not None
        assert (nothing.gradient.passes, nothing.gradient.steps, nothing.gradient.norm) == (0, 0, None)


@pytest.mark.parametrize("accumulates", [False, True], ids=["one batch", "two batches"])
def test_a_closure_that_clips_is_seen(*, accumulates: bool) -> None:
    """Lightning makes its backward pass within the optimizer's step, and clips there."""
    net = small()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    seen: list[list[float]] = []

    def closure() -> Tensor:
        loss = net(torch.randn(8, 4)).square().mean()
        loss.backward()
        seen.append(norms(net))
        nn.utils.clip_grad_norm_(net.parameters(), 0.05)
        seen.append(norms(net))
        return loss

    with Recorder(net) as recorder:
        for _ in range(2):
            seen.clear()
            optimizer.zero_grad()
            if accumulates:
                net(torch.randn(8, 4)).square().mean().backward()
            optimizer.step(closure)  # pyright: ignore[reportArgumentType]
            gradient = of(recorder.read(), seen[1]).gradient
            assert gradient.before == pytest.approx(torch.tensor(seen[0]).norm().item(), rel=1e-5)
            assert gradient.passes == 1 + accumulates


def test_without_a_step_it_is_the_gradient_that_backward_left() -> None:
    net = small()
    with Recorder(net) as recorder:
        net(torch.randn(8, 4)).square().mean().backward()
        left = norms(net)
        nn.utils.clip_grad_norm_(net.parameters(), 0.05)
        gradient = of(recorder.read(), left).gradient
    assert (gradient.steps, gradient.before) == (0, None)


def of(record: Record | None, expected: list[float]) -> Record:
    """Return a record whose gradients of weights are these."""
    assert record is not None
    assert record.columns["weight_gradient_norm"] == pytest.approx(expected, rel=1e-5)
    return record
