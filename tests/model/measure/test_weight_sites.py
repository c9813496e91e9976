"""Weights are followed as they are at each step: unfrozen, replaced, moved, made late, shared, sparse or complex."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import SGD, Record, Recorder
from tests.model.measure.autograd import norm_of, small, weight_of

pytestmark = pytest.mark.usefixtures("engine")

Change = Callable[[nn.Sequential], object]


def step(net: nn.Module, recorder: Recorder, make: Callable[[], Tensor], lr: float = 0.1) -> Record:
    """Train a step; hold that each weight that got a gradient has its norm and its update."""
    net.zero_grad()
    weights = dict(net.named_parameters(remove_duplicate=False))
    before = {name: weight.detach().clone() for name, weight in weights.items() if not weight.is_meta}
    make().backward()
    torch.optim.SGD(net.parameters(), lr=lr).step()
    record = recorder.read()
    assert record is not None
    for name in record.schema.weights:
        path = name if name in weights else f"{name}.weight" if name else "weight"
        weight, ratio = weights[path], record.of("update_ratio", name)
        if weight.grad is None or weight.is_meta:
            assert record.of("weight_gradient_norm", name) is None and ratio is None
            continue
        old = before[path].to(weight)
        moved = torch.linalg.vector_norm(weight.detach().double() - old.double()) / torch.linalg.vector_norm(
            old.double()
        )
        assert record.of("weight_gradient_norm", name) == pytest.approx(norm_of(weight), rel=1e-4), name
        assert ratio == pytest.approx(moved.item(), rel=1e-3), name
    return record


class Adapted(nn.Module):
    """Has weights of low rank beside a frozen one."""

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__()
        self.weight = weight.requires_grad_(False)
        self.down, self.up = nn.Linear(4, 2, bias=False), nn.Linear(2, 8, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(x, self.weight) + self.up(self.down(x))


def freeze(net: nn.Sequential) -> None:
    net[0].requires_grad_(False)


def unfreeze(net: nn.Sequential) -> None:
    net[0].requires_grad_(True)


def assign(net: nn.Sequential) -> None:
    other = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    net.load_state_dict(other.state_dict(), assign=True)
    net.requires_grad_(True)


def set_head(net: nn.Sequential) -> None:
    net[2] = nn.Sequential(nn.Linear(8, 5), nn.Tanh(), nn.Linear(5, 3))


def add_layer(net: nn.Sequential) -> None:
    net.append(nn.Linear(2, 2, bias=False))


def replace_parameter(net: nn.Sequential) -> None:
    net[0].weight = nn.Parameter(torch.randn(8, 4))


def add_adapter(net: nn.Sequential) -> None:
    """Put low-rank weights into a layer, as LoRA does."""
    net[0] = Adapted(weight_of(net, "0"))


def prune_layer(net: nn.Sequential) -> None:
    net[1] = nn.Identity()
    del net[2]


CHANGES: dict[str, Change] = {
    "freeze": freeze, "assign": assign, "a new head": set_head, "another layer": add_layer,
    "another parameter": replace_parameter, "an adapter": add_adapter, "a layer less": prune_layer,
    "to_empty": lambda net: [nn.init.normal_(p) for p in net.to_empty(device="cpu").parameters()],
    "half the digits": lambda net: net.bfloat16(), "nothing": lambda net: None,
}  # fmt: skip


@pytest.mark.parametrize("when", ["between steps", "before the step"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_is_measured_from_then_on(change: Change, when: str) -> None:
    net = small()

    def loss() -> Tensor:
        return net(torch.randn(8, 4, dtype=next(net.parameters()).dtype)).float().square().mean()

    with Recorder(net, every=2 if when == "before the step" else 1) as recorder:
        step(net, recorder, loss)
        if when == "before the step":
            loss().backward()
            assert recorder.read() is None
        change(net)
        step(net, recorder, loss, 0.5)
        if when == "between steps":
            record = step(net, recorder, loss, 0.5)
            kinds = nn.Linear | Adapted
            names = [name for name, module in net.named_modules() if isinstance(module, kinds)]
            assert list(record.schema.weights) == names
            assert record.notes == ()


def test_a_layer_may_be_unfrozen_at_any_time() -> None:
    net = small()
    freeze(net)
    with Recorder(net) as recorder:
        for number in range(6):
            if number in (2, 4):
                net[0].requires_grad_(number == 2)
            record = step(net, recorder, lambda: net(torch.randn(8, 4)).square().mean())
            assert (record.of("weight_gradient_norm", "0") is not None) == (number in (2, 3))


def test_networks_from_the_meta_device_are_measured_when_they_have_numbers() -> None:
    with torch.device("meta"):
        net = small()
    with Recorder(net) as recorder:
        net(torch.randn(3, 4, device="meta")).sum().backward()
        record = recorder.read()
        assert record is not None
        assert set(record.columns["activation_rms"]) == set(record.columns["update_ratio"]) == {None}
        assert "it lies on the meta device" in record.notes[0]
        CHANGES["to_empty"](net)
        step(net, recorder, lambda: net(torch.randn(8, 4)).square().mean())


def test_lazy_layers_are_measured_from_the_second_step() -> None:
    net = nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(2))
    with Recorder(net) as recorder:
        net(torch.randn(3, 4)).sum().backward()
        record = recorder.read()
        assert record is not None
        assert None not in record.columns["gradient_rms"]
        assert record.columns["weight_gradient_norm"] == [None, None]
        assert "it had no shape before the first forward pass" in record.notes[0]
        assert step(net, recorder, lambda: net(torch.randn(8, 4)).square().mean()).notes == ()


class Tied(nn.Module):
    """Uses one parameter at two places."""

    def __init__(self, *, sparse: bool) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(10, 4, sparse=sparse), nn.Linear(4, 10, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, index: Tensor) -> Tensor:
        return self.head(self.embed(index))


def test_a_weight_with_two_names_is_told_under_both() -> None:
    net = Tied(sparse=False)
    with Recorder(net) as recorder:
        for _ in range(2):
            record = step(net, recorder, lambda: net(torch.randint(10, (5,))).square().mean())
            assert record.schema.weights == ("embed", "head")
            assert record.of("update_ratio", "embed") == record.of("update_ratio", "head")


class SparselyRead(nn.Module):
    """Looks up rows of a linear layer's weight; their gradient is sparse."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.out = nn.Linear(4, 10, bias=False), nn.Linear(4, 1)

    def forward(self, index: Tensor) -> Tensor:
        return self.out(nn.functional.embedding(index, self.table.weight, sparse=True))


NETS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Any]]] = {
    "sparse rows": (SparselyRead, lambda: torch.tensor([1, 1, 7])),
    "sparse embedding": (
        lambda: nn.Sequential(nn.Embedding(10, 4, sparse=True), nn.Linear(4, 1)),
        lambda: torch.tensor([2, 2, 3]),
    ),
}


@pytest.mark.parametrize(("make", "draw"), NETS.values(), ids=NETS)
def test_sparse_gradients_are_measured(make: Callable[[], nn.Module], draw: Callable[[], Any]) -> None:
    net = make()
    with Recorder(net) as recorder:
        for _ in range(3):
            assert step(net, recorder, lambda: net(draw()).square().mean()).notes == ()


class Spectral(nn.Module):
    """Has complex weights."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.head = nn.Parameter(torch.randn(4, 4, dtype=torch.complex64)), nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head((x.to(torch.complex64) @ self.weight).abs())


@pytest.mark.parametrize("make", [torch.optim.SGD, SGD, torch.optim.Adam])
def test_complex_weights_are_measured(make: Callable[..., torch.optim.Optimizer]) -> None:
    net = Spectral()
    optimizer = make(net.parameters(), lr=0.1, **({} if make is torch.optim.Adam else {"momentum": 0.9}))
    with Recorder(net) as recorder:
        for _ in range(4):
            optimizer.zero_grad()
            before = net.weight.detach().clone()
            net(torch.randn(3, 4)).square().mean().backward()
            optimizer.step()
            record = recorder.read()
            assert record is not None
            moved = torch.linalg.vector_norm(net.weight.detach() - before) / torch.linalg.vector_norm(before)
            assert record.of("weight_gradient_norm", "weight") == pytest.approx(norm_of(net.weight), rel=1e-5)
            assert record.of("update_ratio", "weight") == pytest.approx(moved.item(), rel=1e-3)


class Reader(nn.Module):
    """Has weights of every kind."""

    def __init__(self) -> None:
        super().__init__()
        self.position = nn.Parameter(torch.randn(5, 4))
        self.embed, self.attend = nn.Embedding(10, 4), nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm, self.rnn = nn.LayerNorm(4), nn.LSTM(4, 3, batch_first=True, bidirectional=True)
        self.head = nn.Linear(6, 2)

    def forward(self, index: Tensor) -> Tensor:
        x = self.embed(index) + self.position
        return self.head(self.rnn(self.norm(x + self.attend(x, x, x)[0]))[0])


def test_weights_of_every_kind_have_gradients_and_updates() -> None:
    net = Reader()
    with Recorder(net) as recorder:
        step(net, recorder, lambda: net(torch.randint(10, (2, 5))).square().mean())
        record = step(net, recorder, lambda: net(torch.randint(10, (2, 5))).square().mean())
    assert record.schema.weights == (
        "position", "embed", "attend.in_proj_weight", "attend.out_proj", "norm", "rnn.weight_ih_l0", "rnn.weight_hh_l0",
        "rnn.weight_ih_l0_reverse", "rnn.weight_hh_l0_reverse", "head",
    )  # fmt: skip
    assert None not in (*record.columns["weight_gradient_norm"], *record.columns["update_ratio"])


def test_a_weight_that_is_another_within_a_step_is_not_told_and_ends_nothing() -> None:
    net = small()
    with Recorder(net) as recorder:
        net(torch.randn(3, 4)).sum().backward()
        net[0].weight.data = torch.randn(3, 3)
        record = recorder.read()
    assert record is not None
    assert record.of("update_ratio", "0") is None
    assert record.of("update_ratio", "2") == 0.0
    assert any(note.startswith("the weight of 0") for note in record.notes)
