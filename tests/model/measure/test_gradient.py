"""Several backward passes over one forward pass: gradients at taps are those of the sum, as in weights."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from skipscope import Record, Recorder
from skipscope.model.measure import trail
from tests.model.measure.autograd import assert_measured, assert_same, kept, norm_of, record_of, rms, small, weight_of

pytestmark = pytest.mark.usefixtures("engine")


def losses(net: nn.Module, x: Tensor) -> list[Tensor]:
    """Return three losses over one forward pass."""
    out = net(x)
    return [out[:, 0].mean(), out[:, 1].mean(), out.square().mean()]


def together(net: nn.Module, x: Tensor) -> None:
    sum(losses(net, x), torch.zeros(())).backward()


def one_by_one(net: nn.Module, x: Tensor) -> None:
    first, second, third = losses(net, x)
    first.backward(retain_graph=True)
    second.backward(retain_graph=True)
    third.backward()


def always_retained(net: nn.Module, x: Tensor) -> None:
    for loss in losses(net, x):
        loss.backward(retain_graph=True)


def in_two_heads(net: nn.Module, x: Tensor) -> None:
    first, second, third = losses(net, x)
    (first + second).backward(retain_graph=True)
    torch.autograd.backward([third])


@pytest.mark.parametrize("run", [one_by_one, always_retained, in_two_heads])
@pytest.mark.parametrize("batches", [1, 2])
def test_passes_add_up(run: Callable[[nn.Module, Tensor], None], batches: int) -> None:
    nets, x = [small(), small()], torch.randn(batches, 16, 4)
    expected = record_of(nets[0], lambda: [together(nets[0], own) for own in x])
    assert_same(record_of(nets[1], lambda: [run(nets[1], own) for own in x]), expected, 1e-5)
    assert expected.of("weight_gradient_norm", "0") == pytest.approx(norm_of(weight_of(nets[0], "0")), rel=1e-5)


def test_gradients_that_cancel_are_zero() -> None:
    net, x = small(), torch.randn(3, 4)

    def run() -> None:
        loss = net(x).mean()
        loss.backward(retain_graph=True)
        (-loss).backward()

    record = record_of(net, run)
    assert record.columns["gradient_rms"] == [0.0, 0.0, 0.0]
    assert record.columns["weight_gradient_norm"] == [0.0, 0.0]


def penalised(net: nn.Module, x: Tensor) -> None:
    """Punish the gradient at the input, which takes a pass of its own that leaves nothing in weights."""
    x = x.clone().requires_grad_()
    out = net(x)
    (gradient,) = torch.autograd.grad(out.sum(), x, create_graph=True)
    (out.mean() + gradient.square().sum()).backward()


def test_a_pass_that_leaves_nothing_in_weights_does_not_count_beside_one_that_does() -> None:
    torch.manual_seed(0)
    net, x = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)), torch.randn(3, 4)
    record = record_of(net, lambda: penalised(net, x))
    net.zero_grad()
    whole: dict[str, list[Tensor]] = {}
    for name in "012":

        def watch(module: nn.Module, args: object, output: Tensor, name: str = name) -> None:
            output.register_hook(lambda gradient: whole.setdefault(name, []).append(gradient))

        net[int(name)].register_forward_hook(watch)
    penalised(net, x)
    for name, gradients in whole.items():
        assert len(gradients) == 2
        assert record.of("gradient_rms", name) == pytest.approx(rms(gradients[-1]), rel=1e-5)
    # nor does one over another forward pass
    nets = [small(), small()]
    expected = record_of(nets[0], lambda: nets[0](x).mean().backward())

    def and_sensitivity() -> None:
        nets[1](x).mean().backward()
        inputs = x.clone().requires_grad_()
        torch.autograd.grad(nets[1](inputs).sum(), inputs)

    assert record_of(nets[1], and_sensitivity).columns["gradient_rms"] == pytest.approx(
        expected.columns["gradient_rms"]
    )


def test_passes_that_leave_nothing_in_weights_count_alone() -> None:
    nets, x = [small(), small()], torch.randn(3, 4)
    expected = record_of(nets[0], lambda: nets[0](x)[:, 0].mean().backward())

    def by_hand() -> None:
        torch.autograd.grad(nets[1](x)[:, 0].mean(), list(nets[1].parameters()))

    record = record_of(nets[1], by_hand)
    assert record.columns["gradient_rms"] == pytest.approx(expected.columns["gradient_rms"])
    assert record.columns["weight_gradient_norm"] == [None, None]


def test_inputs_may_be_named() -> None:
    nets, x = [small(), small()], torch.randn(3, 4)
    expected = record_of(nets[0], lambda: nets[0](x).mean().backward())
    record = record_of(nets[1], lambda: nets[1](x).mean().backward(inputs=list(nets[1].parameters())))
    assert_same(record, expected)


def test_a_graph_that_outlives_its_step_adds_nothing_to_the_next() -> None:
    net, x = small(), torch.randn(3, 4)
    with Recorder(net) as recorder:
        loss = net(x).mean()
        loss.backward(retain_graph=True)
        first = recorder.read()
        loss.backward()
        second = recorder.read()
    assert first is not None and second is not None
    assert first.of("gradient_rms", "0") is not None
    assert second.columns["gradient_rms"] == [None, None, None]
    assert second.columns["weight_gradient_norm"] == pytest.approx([norm_of(weight_of(net, name)) for name in "02"])


class Prompt(nn.Module):
    """Puts out its own parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4))

    def forward(self) -> Tensor:
        return self.weight


class Prompted(nn.Module):
    """Adds a parameter that a module puts out."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.prompt, self.head = Prompt(), nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(x + self.prompt())


def test_the_gradient_of_a_parameter_that_is_put_out_is_that_of_this_step() -> None:
    net, x = Prompted(), torch.randn(3, 4)
    with Recorder(net) as recorder:
        for _ in range(3):
            net.zero_grad()
            net(x).square().mean().backward()
            record = recorder.read()
            assert record is not None
            assert net.prompt.weight.grad is not None
            assert record.of("gradient_rms", "prompt") == pytest.approx(rms(net.prompt.weight.grad), rel=1e-5)
    assert not net.prompt.weight._backward_hooks


def test_frozen_networks_have_gradients_at_taps() -> None:
    net, x = small().requires_grad_(False), torch.randn(3, 4, requires_grad=True)
    record = record_of(net, lambda: net(x).square().mean().backward())
    for name, outputs in kept(net, ["0", "2"], lambda: net(x).square().mean().backward()).items():
        assert_measured(record, name, outputs[0])
    assert record.columns["update_ratio"] == [None, None]


def test_of_gradients_too_large_to_be_kept_none_is_told(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    if engine == "compiled":
        pytest.skip("the limit is compiled in")
    monkeypatch.setattr(trail, "MOST_KEPT", 16 * 8 * 4 + 16 * 2 * 4)
    net, x = small(), torch.randn(16, 4)
    alone = record_of(net, lambda: losses(net, x)[0].backward(retain_graph=True))
    assert None not in alone.columns["gradient_rms"]
    record: Record = record_of(net, lambda: one_by_one(net, x))
    assert [value is None for value in record.columns["gradient_rms"]] == [True, False, False]
    assert "0: passed by, because its gradient came in several backward passes" in record.notes[0]
