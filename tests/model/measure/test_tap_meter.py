"""Depth is the order of execution, each call has a place, and what checkpointing makes again counts once."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from skipscope import Recorder, diagnose
from tests.model.measure.autograd import assert_measured, assert_same, kept, record_of, rms, small

pytestmark = pytest.mark.usefixtures("engine")


class Stacked(nn.Module):
    """The same network, registered in one order or in another."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        torch.manual_seed(0)
        made = {"stem": nn.Linear(8, 8), "body": nn.ModuleList([nn.Linear(8, 8) for _ in range(8)])}
        made["head"] = nn.Linear(8, 2)
        for layer in made["body"].children():
            assert isinstance(layer, nn.Linear)
            nn.init.normal_(layer.weight, std=0.05)
        for name in names:
            self.add_module(name, made[name])

    def forward(self, x: Tensor) -> Tensor:
        x = self.get_submodule("stem")(x)
        for layer in self.get_submodule("body").children():
            x = torch.tanh(layer(x))
        return self.get_submodule("head")(x)


@pytest.mark.parametrize("names", [("head", "body", "stem"), ("body", "stem", "head")])
def test_taps_stand_in_the_order_in_which_they_run(names: tuple[str, ...]) -> None:
    x, y = torch.randn(16, 8), torch.randint(2, (16,))
    nets = [Stacked("stem", "body", "head"), Stacked(*names)]
    records = [record_of(net, lambda net=net: nn.functional.cross_entropy(net(x), y).backward()) for net in nets]
    calls = ["Stacked.tanh()", *(f"Stacked.tanh().{i}" for i in range(2, 9))]
    layers = [f"body.{i}" for i in range(8)]
    assert records[1].schema.taps == (
        "stem",
        *(name for pair in zip(layers, calls, strict=True) for name in pair),
        "head",
    )
    assert records[0].columns["gradient_rms"] == records[1].columns["gradient_rms"]
    assert [f.sentence for f in diagnose(records[0])] == [f.sentence for f in diagnose(records[1])]


def test_until_the_first_forward_pass_the_order_is_that_of_registration() -> None:
    net = Stacked("head", "body", "stem")
    with Recorder(net) as recorder:
        assert recorder.schema.taps[0] == "head"
        net(torch.randn(2, 8)).sum().backward()
        record = recorder.read()
        assert record is not None
        assert recorder.schema == record.schema
        assert recorder.schema.taps[0] == "stem"


def test_an_encoder_layer_stands_as_it_runs() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0)
    record = record_of(layer, lambda: layer(torch.randn(2, 5, 8)).square().mean().backward())
    names = ["self_attn", "dropout1", "norm1", "linear1", "dropout", "linear2", "dropout2", "norm2"]
    names.insert(4, "TransformerEncoderLayer.relu()")
    assert record.schema.taps == tuple(names)


class Twice(nn.Module):
    """Runs an activation and a layer at two places."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.relu, self.first, self.last = nn.ReLU(), nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.relu(self.first(self.relu(self.first(x)))))


def test_a_module_that_runs_twice_has_two_places() -> None:
    x = torch.randn(3, 4)
    net = Twice()
    record = record_of(net, lambda: net(x).square().mean().backward())
    assert record.schema.taps == ("first", "relu", "first:2", "relu:2", "last")
    net = Twice()
    for name, outputs in kept(net, ["first", "relu", "last"], lambda: net(x).square().mean().backward()).items():
        for number, output in enumerate(outputs, 1):
            assert_measured(record, name if number == 1 else f"{name}:{number}", output)


def test_passes_of_a_step_are_told_from_calls_of_a_pass() -> None:
    net = Twice()
    with Recorder(net) as recorder:
        for _ in range(3):
            net(torch.randn(3, 4)).mean().backward()
        record = recorder.read()
        # the modules one by one, which the network's own forward would call
        for _ in range(3):
            net.last(net.relu(net.first(torch.randn(3, 4)))).mean().backward()
        again = recorder.read()
    assert record is not None and again is not None
    assert record.schema.taps == again.schema.taps == ("first", "relu", "first:2", "relu:2", "last")
    assert again.of("activation_rms", "first:2") is None


class Unrolled(nn.Module):
    """Runs one cell over and over."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.cell, self.head, self.steps = nn.Linear(4, 4), nn.Linear(4, 1), steps

    def forward(self, x: Tensor) -> Tensor:
        self.kept: list[Tensor] = []
        for _ in range(self.steps):
            x = torch.tanh(self.cell(x))
            self.kept.append(x)
        return self.head(x)


def test_a_module_that_runs_very_often_has_one_place_and_says_so() -> None:
    x = torch.randn(3, 4)
    net, twin = Unrolled(40), Unrolled(40)
    cells = torch.stack(kept(twin, ["cell"], lambda: twin(x).mean().backward())["cell"])
    grads = torch.stack([cell.grad for cell in kept(twin, ["cell"], lambda: twin(x).mean().backward())["cell"]])  # type: ignore[misc]
    with Recorder(net) as recorder:
        for step in range(2):
            net(x).mean().backward()
            record = recorder.read()
            assert record is not None
            assert (record.schema.taps[0], record.schema.taps[-1]) == ("cell", "head")
            assert len(record.schema.taps) == 18
            assert record.of("activation_rms", "cell") == pytest.approx(rms(cells), rel=1e-4)
            assert record.of("gradient_rms", "cell") == pytest.approx(rms(grads), rel=1e-4)
            assert [note.split(":")[0] for note in record.notes] == ["cell"][step:]


class Checkpointed(nn.Module):
    """Runs its body in one way or another."""

    def __init__(self, run: Callable[[nn.Module, Tensor], Tensor]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.run = run
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU())
        self.tail, self.head = nn.Sequential(nn.Linear(4, 4), nn.Tanh()), nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.run(self.tail, self.run(self.body, x)))


def nested(part: nn.Module, x: Tensor) -> Tensor:
    """Checkpoint within a checkpoint."""
    return checkpoint(lambda x: checkpoint(part, x, use_reentrant=False), x, use_reentrant=True)


WAYS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "not reentrant": lambda part, x: checkpoint(part, x, use_reentrant=False),
    "reentrant": lambda part, x: checkpoint(part, x, use_reentrant=True),
    "nested": nested,
}


@pytest.mark.filterwarnings("ignore:None of the inputs have requires_grad=True")
@pytest.mark.parametrize("evaluates", [False, True], ids=["", "evaluating before"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_checkpointing_changes_no_number(way: Callable[[nn.Module, Tensor], Tensor], evaluates: bool) -> None:
    x = torch.randn(3, 4)
    x[0, 0] = float("inf")

    def step(net: nn.Module) -> None:
        if evaluates:
            with torch.no_grad():
                net(x.clone().requires_grad_())
        for _ in range(2):
            net(x.clone().requires_grad_()).mean().backward()

    bare, net = Checkpointed(lambda part, x: part(x)), Checkpointed(way)
    expected, record = record_of(bare, lambda: step(bare)), record_of(net, lambda: step(net))
    assert record.schema == expected.schema
    assert expected.of("nonfinite", "body.0") == 8
    assert_same(record, expected)
    assert record.notes == ()


def test_the_whole_network_may_be_checkpointed() -> None:
    x = torch.randn(3, 4)
    net = small()
    expected = record_of(net, lambda: net(x).mean().backward())
    for reentrant in (False, True):
        net.zero_grad()
        record = record_of(
            net, lambda r=reentrant: checkpoint(net, x.clone().requires_grad_(), use_reentrant=r).mean().backward()
        )
        assert_same(record, expected)


class SharedActivation(nn.Module):
    """Runs an activation in two segments that are made again."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last, self.relu = nn.Linear(4, 4), nn.Linear(4, 4), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = checkpoint(lambda x: self.relu(self.first(x)), x, use_reentrant=True)
        return checkpoint(lambda x: self.relu(self.last(x)), x, use_reentrant=True)


def test_calls_that_cannot_be_told_apart_are_one_place_and_it_is_said() -> None:
    net = SharedActivation()
    record = record_of(net, lambda: net(torch.randn(3, 4, requires_grad=True)).mean().backward())
    assert record.schema.taps == ("first", "relu", "last")
    assert record.notes[0].startswith("relu: it runs more than once because checkpointing")


def test_an_error_of_the_users_leaves_nothing_behind() -> None:
    net, x = small(), torch.randn(3, 4)
    expected = record_of(net, lambda: net(x).mean().backward())
    net.zero_grad()
    with Recorder(net) as recorder:
        for size in (5, 4):
            try:
                net(torch.randn(3, size) if size == 5 else x).mean().backward()
            except RuntimeError as error:
                assert "shapes cannot be multiplied" in str(error)
        record = recorder.read()
    assert record is not None
    assert_same(record, expected)
