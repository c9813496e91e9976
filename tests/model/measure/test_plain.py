"""Tensors that cannot be measured are passed by and said; what works without a recorder works with it, and alike."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.func import functional_call, grad, hessian, jacrev, jvp, vmap
from torch.fx.experimental.proxy_tensor import make_fx

from skipscope import Recorder
from tests.model.measure.autograd import assert_same, record_of, small

pytestmark = pytest.mark.usefixtures("engine")

X = torch.randn(3, 4, generator=torch.Generator().manual_seed(3))


def per_sample(net: nn.Module) -> Any:
    weights = {name: value.detach() for name, value in net.named_parameters()}

    def loss(own: dict[str, Tensor], one: Tensor) -> Tensor:
        return functional_call(net, own, (one[None],)).square().mean()

    return list(vmap(grad(loss), in_dims=(None, 0))(weights, X).values())


def ensembled(net: nn.Module) -> Any:
    """Run several copies of the weights at once."""
    weights = {name: torch.stack([value.detach(), value.detach() * 2]) for name, value in net.named_parameters()}
    return [vmap(lambda own: functional_call(net, own, (X,)))(weights)]


def traced_graph(net: nn.Module) -> Any:
    return [make_fx(net)(X).code]


def exported(strict: bool) -> Callable[[nn.Module], Any]:
    def export(net: nn.Module) -> Any:
        torch._dynamo.reset()
        program = torch.export.export(net, (X,), strict=strict)
        return [str(program.graph_module.code), program.module()(X)]

    return export


def scripted_trace(net: nn.Module) -> Any:
    graph: Any = torch.jit.trace(net, (X,))
    return [[node.kind() for node in graph.inlined_graph.nodes()], graph(X)]


def faked(net: nn.Module) -> Any:
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        return [tuple(net(mode.from_tensor(X)).shape)]


def with_dual_numbers(net: nn.Module) -> Any:
    return list(jvp(net, (X,), (X,)))


def with_jacobians(net: nn.Module) -> Any:
    return [jacrev(net)(X), hessian(lambda x: net(x).square().sum())(X)]


def with_vectorised_jacobians(net: nn.Module) -> Any:
    return [torch.autograd.functional.jacobian(net, X, vectorize=True)]


USES: dict[str, tuple[Callable[[nn.Module], Any], str | None]] = {
    "per-sample gradients": (per_sample, "a transform of torch.func"),
    "an ensemble": (ensembled, "a transform of torch.func"),
    "dual numbers": (with_dual_numbers, "a transform of torch.func"),
    "jacobians": (with_jacobians, "a transform of torch.func"),
    "vectorised jacobians": (with_vectorised_jacobians, None),
    "make_fx": (traced_graph, "it was traced"),
    "export": (exported(False), "it was traced"),
    "strict export": (exported(True), "exported"),
    "torch.jit.trace": (scripted_trace, "it was traced"),
    "fake tensors": (faked, "it was traced"),
}


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize(("use", "reason"), USES.values(), ids=USES)
def test_what_works_without_a_recorder_works_with_it(use: Callable[[nn.Module], Any], reason: str | None) -> None:
    net = small()
    expected = use(net)
    alone = record_of(net, lambda: net(X).square().mean().backward())
    net.zero_grad()
    with Recorder(net) as recorder:
        found = use(net)
        net(X).square().mean().backward()
        record = recorder.read()
    assert record is not None
    for ours, theirs in zip(found, expected, strict=True):
        if isinstance(theirs, Tensor):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
        else:
            assert ours == theirs
    assert [reason is not None and reason in note for note in record.notes] == ([] if reason is None else [True])
    if use is not with_vectorised_jacobians:
        # those make a forward pass of their own, which counts as one
        assert_same(record, alone)
    assert record.columns["gradient_rms"] == pytest.approx(alone.columns["gradient_rms"], rel=1e-6)


def test_a_network_of_fake_tensors_is_passed_by() -> None:
    with FakeTensorMode():
        net = small()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        with Recorder(net) as recorder:
            net(torch.randn(3, 4)).sum().backward()
            optimizer.step()
            record = recorder.read()
    assert record is not None
    assert all(set(column) <= {None} for column in record.columns.values())
    assert record.notes


class Apply(nn.Module):
    """Applies a function."""

    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)


TENSORS: dict[str, tuple[Callable[[Tensor], Any], Callable[[Any], Tensor], str | None]] = {
    "sparse": (lambda x: x.to_sparse(), lambda x: x.to_dense(), "it is sparse"),
    "sparse rows": (lambda x: x.to_sparse_csr(), lambda x: x.to_dense(), "it is sparse"),
    "complex": (torch.fft.fft, lambda x: x.abs(), "it is complex"),
    "quantized": (
        lambda x: torch.quantize_per_tensor(x.detach(), 0.1, 0, torch.quint8), lambda x: x.dequantize(),
        "it is quantized",
    ),
    "integers": (lambda x: x.detach().round().int(), lambda x: x.float(), "it has no floating-point numbers"),
    "nested": (
        lambda x: torch.nested.as_nested_tensor(list(x), layout=torch.jagged), lambda x: x.values().reshape(3, 4),
        "it is a nested tensor",
    ),
    "meta": (lambda x: x.to("meta"), lambda x: torch.zeros(3, 4), "it lies on the meta device"),
    "eight bits": (lambda x: x.to(torch.float8_e4m3fn), lambda x: x.float(), None),
    "float16": (lambda x: x.half(), lambda x: x.float(), None),
    "empty": (lambda x: x[:0], lambda x: torch.cat([x, torch.zeros(3, 4)]), None),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*prototype", "ignore:.*beta state", "ignore:.*deprecated")
@pytest.mark.parametrize(("there", "back", "reason"), TENSORS.values(), ids=TENSORS)
def test_tensors_are_measured_or_passed_by(there: Any, back: Any, reason: str | None) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 4), Apply(there), Apply(back), nn.Linear(4, 1))
    record = record_of(net, lambda: net(X).square().mean().backward())
    assert record.of("activation_rms", "0") is not None
    assert record.of("gradient_rms", "3") is not None
    assert (record.of("activation_rms", "1") is None) == (reason is not None or there(X).numel() == 0)
    assert [reason or "" in note for note in record.notes] == ([reason] if reason else [])


def test_a_default_device_of_the_users_is_none_of_the_recorders() -> None:
    net = small()
    expected = record_of(net, lambda: net(X).square().mean().backward())
    net.zero_grad()
    torch.set_default_device("meta")
    try:
        record = record_of(net, lambda: net(X).square().mean().backward())
    finally:
        torch.set_default_device(None)
    assert_same(record, expected)


class Own(Tensor):
    """A class of the user's."""


def test_classes_that_compute_as_tensors_do_are_measured() -> None:
    net = small()
    expected = record_of(net, lambda: net(X).square().mean().backward())
    net.zero_grad()
    assert_same(record_of(net, lambda: net(X.as_subclass(Own)).square().mean().backward()), expected)


def test_weights_made_in_inference_mode_are_passed_by() -> None:
    with torch.inference_mode():
        net = small()

    def run() -> None:
        with torch.inference_mode():
            net(X)

    assert "it was made in inference mode" in record_of(net, run).notes[0]
