"""Gradients under a gradient scaler are those of a training without one, to the bit: its factor is a power of two."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler

from skipscope import Record, Recorder
from skipscope.model.measure.sgd import SGD

pytestmark = pytest.mark.usefixtures("engine")

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]
OPTIMIZERS: dict[str, Make] = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.01),
    "ours": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "fused AdamW": lambda p: torch.optim.AdamW(p, lr=0.01, fused=True),
    "fused SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, fused=True),
}
FACTOR = 2.0**12
ALL = ("gradient_rms", "weight_gradient_norm", "update_ratio", "residual_gradient_norm", "identity_gradient_norm")


class Block(nn.Module):
    """Adds a branch to its input."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6))

    def forward(self, x: Tensor) -> Tensor:
        """Return x and the branch's part."""
        return x + self.body(x)


class Training:
    """A residual network of four blocks, its optimizer and its scaler, if there is one."""

    def __init__(self, make: Make, dtype: torch.dtype = torch.float32, *, scaled: bool) -> None:
        torch.manual_seed(3)
        self.net = nn.Sequential(nn.Linear(4, 6), *[Block() for _ in range(4)], nn.Linear(6, 2)).to(dtype)
        self.optimizer = make(list(self.net.parameters()))
        self.scaler = GradScaler("cpu", init_scale=FACTOR, growth_interval=3) if scaled else None
        self._x = torch.randn(8, 4).to(dtype)

    def backward(self, factor: float = 1.0) -> None:
        """Make a backward pass of the loss, times a factor."""
        loss = self.net(self._x).square().mean() * factor
        (loss if self.scaler is None else self.scaler.scale(loss)).backward()

    def clip(self, most: float) -> None:
        """Clip, of unscaled gradients."""
        if self.scaler is not None:
            self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.net.parameters(), most)

    def step(self) -> None:
        """Step, or skip, and forget the gradients."""
        if self.scaler is None:
            self.optimizer.step()
        else:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        self.optimizer.zero_grad()


def records_of(training: Training, step: Callable[[int], object], count: int = 5, **options: Any) -> Sequence[Record]:
    """Record steps."""
    found: list[Record] = []
    with Recorder(training.net, **options) as recorder:
        for number in range(count):
            step(number)
            record = recorder.read()
            assert record is not None
            found.append(record)
    return found


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("clips", [False, True], ids=["not clipped", "clipped"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_recorded_gradient_is_that_of_a_training_without_a_scaler(
    make: Make, dtype: torch.dtype, *, clips: bool
) -> None:
    def run(*, scaled: bool, at: Any) -> Sequence[Record]:
        training = Training(make, dtype, scaled=scaled)

        def step(_: int) -> None:
            training.backward()
            if clips:
                training.clip(0.01)
            training.step()

        return records_of(training, step, at=at)

    for at in ("junctions", "leaves"):
        plain, scaled = run(scaled=False, at=at), run(scaled=True, at=at)
        for one, other in zip(plain, scaled, strict=True):
            for measure in ALL:
                assert other.columns[measure] == one.columns[measure], (measure, one.step)
            assert (one.gradient.scale, one.gradient.steps, other.gradient.steps) == (None, 1, 1)
            # it grows after three steps: the factor is that of the step, not the one after it
            assert other.gradient.scale == FACTOR * (2 if one.step >= 3 else 1)
            assert other.gradient.norm == one.gradient.norm
            assert (one.gradient.before is not None) == clips
            assert other.gradient.before == one.gradient.before
            assert other.gradient.skipped == 0


@pytest.mark.parametrize("fused", [False, True], ids=["the scaler skips", "the optimizer skips"])
@pytest.mark.parametrize("given", [False, True], ids=["found", "given"])
def test_a_step_that_is_skipped_is_marked_and_claims_no_update(*, fused: bool, given: bool) -> None:
    training = Training(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, fused=fused), scaled=True)

    def step(number: int) -> None:
        training.backward(torch.inf if number == 2 else 1)
        training.step()

    options: dict[str, Any] = {"scaler": training.scaler} if given else {}
    records = records_of(training, step, at="leaves", **options)
    assert [record.gradient.skipped for record in records] == [0, 0, 1, 0, 0]
    assert [record.gradient.steps for record in records] == [1, 1, 0, 1, 1]
    for record in records:
        ratios = record.columns["update_ratio"]
        assert all(ratio is None for ratio in ratios) if record.step == 2 else all(ratio for ratio in ratios)
        assert record.notes == ()
    assert [record.gradient.scale for record in records] == [FACTOR, FACTOR, FACTOR, FACTOR / 2, FACTOR / 2]


def test_a_first_step_that_is_skipped_is_known_by_a_scaler_that_was_given() -> None:
    training = Training(OPTIMIZERS["AdamW"], scaled=True)

    def step(_: int) -> None:
        training.backward(torch.inf)
        training.step()

    (told,) = records_of(training, step, 1, scaler=training.scaler)
    assert (told.gradient.scale, told.gradient.skipped, told.gradient.steps) == (FACTOR, 1, 0)
    training = Training(OPTIMIZERS["AdamW"], scaled=True)
    (untold,) = records_of(training, step, 1)
    assert (untold.gradient.scale, untold.gradient.skipped, untold.gradient.steps) == (None, 0, 0)
    assert "no optimizer has stepped with it" in str(untold.gradient)


def test_a_scaler_that_is_switched_off_divides_nothing() -> None:
    training = Training(OPTIMIZERS["AdamW"], scaled=False)
    training.scaler = GradScaler("cpu", enabled=False)
    plain = Training(OPTIMIZERS["AdamW"], scaled=False)
    runs = [
        records_of(one, lambda _, one=one: (one.backward(), one.step()), 2, **more)
        for one, more in ((training, {"scaler": training.scaler}), (plain, {}))
    ]
    assert [record.columns for record in runs[0]] == [record.columns for record in runs[1]]
    assert [record.gradient.scale for record in runs[0]] == [None, None]


def test_a_scaler_that_is_used_no_more_divides_no_more() -> None:
    training = Training(OPTIMIZERS["SGD"], scaled=True)

    def step(number: int) -> None:
        if number == 1:
            training.scaler = None
        training.backward()
        training.step()

    records = records_of(training, step, 3)
    assert [record.gradient.scale for record in records] == [FACTOR, None, None]
    norms = [record.gradient.norm for record in records]
    assert all(norm is not None and norm < 100 for norm in norms)


def test_two_scalers_of_unlike_factors_leave_the_taps_without_a_gradient_and_the_weights_with_theirs() -> None:
    def run(factors: tuple[float, float] | None) -> Record:
        training = Training(lambda p: torch.optim.SGD(p[:6], lr=0.1), scaled=False)
        other = torch.optim.SGD(list(training.net.parameters())[6:], lr=0.1)
        scalers = [GradScaler("cpu", init_scale=factor) for factor in factors or ()]

        def step(_: int) -> None:
            for i, optimizer in enumerate((training.optimizer, other)):
                for parameter in training.net.parameters():
                    parameter.grad = None
                loss = training.net(torch.ones(2, 4)).square().mean()
                (scalers[i].scale(loss) if scalers else loss).backward()
                (scalers[i] if scalers else _Plain()).step(optimizer)

        (record,) = records_of(training, step, 1)
        return record

    plain, unlike, alike = run(None), run((4.0, 16.0)), run((8.0, 8.0))
    assert [value is None for value in unlike.columns["gradient_rms"]] == [True] * len(plain.schema.taps)
    assert "Several gradient scalers" in unlike.notes[0]
    assert unlike.gradient.scale is None
    assert unlike.columns["activation_rms"] == plain.columns["activation_rms"]
    assert alike.columns == plain.columns
    assert alike.notes == ()


class _Plain:
    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Step without a scaler."""
        optimizer.step()
