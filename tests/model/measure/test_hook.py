"""Hooks and compilation: before the first batch the recorder measures, afterwards it says why it does not."""

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn
from torch._dynamo import compiled_autograd

from skipscope import Recorder
from skipscope.model.measure.hook import Hook
from skipscope.model.measure.notes import RecorderWarning
from tests.model.measure.autograd import assert_same, record_of, small, weight_of

pytestmark = [
    pytest.mark.usefixtures("engine"),
    # torch's own, wherever a compiled network leaves its graph
    pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning"),
]

X = torch.randn(16, 4, generator=torch.Generator().manual_seed(3))
Compile = Callable[[nn.Module], Callable[..., torch.Tensor]]


def in_place(net: nn.Module) -> Callable[..., torch.Tensor]:
    net.compile(backend="eager")
    return net


WAYS: dict[str, Compile] = {
    "torch.compile": lambda net: torch.compile(net, backend="eager"),
    "with autograd": lambda net: torch.compile(net, backend="aot_eager"),
    "Module.compile": in_place,
}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Forget what was compiled."""
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    yield
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_network_that_is_compiled_later_is_measured(way: Compile) -> None:
    nets = [small(), small()]
    expected = record_of(nets[0], lambda: nets[0](X).square().mean().backward())
    with Recorder(nets[1]) as recorder:
        compiled = way(nets[1])
        for _ in range(2):
            nets[1].zero_grad()
            compiled(X).square().mean().backward()
            record = recorder.read()
            assert record is not None
            assert_same(record, expected)


def test_names_are_those_of_the_network_within() -> None:
    compiled: Any = torch.compile(small(), backend="eager")
    record = record_of(compiled, lambda: compiled(X).square().mean().backward())
    assert record.schema.taps == ("0", "1", "2")
    assert record.of("activation_rms", "0") is not None


@pytest.mark.parametrize("given", ["the network", "the compiled one"])
def test_a_network_that_was_compiled_before_says_so(given: str) -> None:
    net = small()
    compiled: Any = torch.compile(net, backend="eager")
    compiled(X).square().mean().backward()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with Recorder(net if given == "the network" else compiled) as recorder:
            records = []
            for _ in range(2):
                compiled(X).square().mean().backward()
                records.append(recorder.read())
    assert [str(warning.message) for warning in said] == list(recorder.notes)
    assert len(recorder.notes) == 1
    assert "torch.compile had compiled the network before the recorder began" in recorder.notes[0]
    assert records[0] is not None and records[1] is not None
    assert (records[0].notes, records[1].notes) == (recorder.notes, ())
    assert None not in records[1].columns["weight_gradient_norm"]


def test_a_graph_that_must_be_whole_is_left_whole() -> None:
    net = small()
    compiled = torch.compile(net, backend="eager", fullgraph=True)
    record = record_of(net, lambda: compiled(X).square().mean().backward())
    assert len(record.notes) == 1
    assert "fullgraph=True" in record.notes[0]
    assert set(record.columns["activation_rms"]) == {None}
    assert None not in record.columns["weight_gradient_norm"]


def test_compiled_autograd_is_left_alone() -> None:
    net = small()

    def run() -> None:
        with compiled_autograd._enable(torch.compile(backend="eager")):
            net(X).square().mean().backward()

    record = record_of(net, run)
    assert None not in record.columns["activation_rms"]
    assert net[0].weight.grad is not None
    assert "compiled autograd" in record.notes[-1] or None not in record.columns["gradient_rms"]


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_what_torchscript_has_made_is_passed_by() -> None:
    net = small()
    net[0] = torch.jit.script(nn.Sequential(nn.Linear(4, 8)))
    record = record_of(net, lambda: net(X).square().mean().backward())
    assert record.of("activation_rms", "2") is not None
    assert record.notes == ("0.0: passed by, because TorchScript runs no hooks within what it has made.",)
    whole = torch.jit.script(small())
    record = record_of(whole, lambda: whole(X).square().mean().backward())
    assert None not in record.columns["weight_gradient_norm"]
    assert "TorchScript" in record.notes[0]


def test_a_pass_around_the_modules_is_said() -> None:
    net, twin = small(), small()
    record = record_of(net, lambda: torch.func.functional_call(twin, dict(net.named_parameters()), X).mean().backward())
    assert "through copies of them" in record.notes[0]
    with pytest.warns(RecorderWarning, match="around the modules"):
        record_of(net, lambda: (X @ weight_of(net, "0").T).mean().backward())


def test_compiled_code_is_called_without_a_way_round_the_compiler() -> None:

    def called(hook: Hook) -> object:
        return vars(partial)["func"].__get__(hook)  # the one that a call reaches; `hook.func` is for compilers

    def act(*args: object) -> None: ...

    values: list[int] = []
    assert called(Hook(values.append)) == values.append
    assert called(Hook(act)) is not act
