"""Whatever a module puts out, the first tensor of real numbers in it is measured, however deep it lies."""

from collections import OrderedDict, UserDict
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from skipscope.model.measure.outputs import first_real
from tests.model.measure.autograd import assert_measured, record_of

pytestmark = pytest.mark.usefixtures("engine")


@dataclass
class Loss:
    """Mutable, as model outputs are."""

    loss: Tensor | None
    logits: Tensor


@dataclass(frozen=True, slots=True)
class Frozen:
    """Without a dictionary of its own."""

    state: Any
    hidden: tuple[Any, ...]


class ModelOutput(OrderedDict[str, Any]):
    """An ordered dictionary, as libraries derive theirs."""


class Pair(NamedTuple):
    """Integers, then numbers."""

    chosen: Tensor
    values: Tensor


class Slotted:
    """An object with slots."""

    __slots__ = ("hidden",)

    def __init__(self, hidden: Tensor) -> None:
        self.hidden = hidden


OUTPUTS: dict[str, Callable[[Tensor], Any]] = {
    "itself": lambda x: x,
    "tuple": lambda x: (x, x * 2),
    "none first": lambda x: (None, x),
    "deep": lambda x: [[], [None, ({"x": x},)]],
    "dictionary": lambda x: {"loss": None, "logits": x},
    "user's dictionary": lambda x: UserDict(logits=x),
    "model output": lambda x: ModelOutput(past=None, hidden=(x, x)),
    "dataclass": lambda x: Loss(None, x),
    "frozen dataclass": lambda x: Frozen("start", ([], x)),
    "namedtuple, integers first": lambda x: Pair(x.argmax(-1), x),
    "namespace": lambda x: SimpleNamespace(mask=x > 0, x=x),
    "slots": Slotted,
    "distribution": lambda x: torch.distributions.Normal(x, 1.0),
    "words and numbers first": lambda x: ("hidden", 3, 2.5, range(10**9), x),
}


class Part(nn.Module):
    """Puts out something that holds a tensor."""

    def __init__(self, make: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.inner, self.make = nn.Linear(4, 4), make

    def forward(self, x: Tensor) -> Any:
        self.kept = self.inner(x)
        self.kept.retain_grad()
        return self.make(self.kept)


class Net(nn.Module):
    """Has such a part within."""

    def __init__(self, make: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.part, self.head = Part(make), nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        self.part(x)
        return self.head(self.part.kept)


@pytest.mark.parametrize("make", OUTPUTS.values(), ids=OUTPUTS)
def test_the_first_tensor_is_measured(make: Callable[[Tensor], Any]) -> None:
    net = Net(make)
    record = record_of(net, lambda: net(torch.randn(3, 4)).square().mean().backward(), taps="part")
    assert record.notes == ()
    assert_measured(record, "part", net.part.kept)


class Reader(nn.Module):
    """A recurrent layer on packed sequences, which carry their length beside their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(10, 4), nn.LSTM(4, 6, batch_first=True), nn.Linear(6, 2)

    def forward(self, index: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(self.embed(index), lengths, batch_first=True, enforce_sorted=False)
        out, _ = self.rnn(packed)
        self.kept = out.data
        self.kept.retain_grad()
        return self.head(pad_packed_sequence(out, batch_first=True)[0])


def test_packed_sequences_are_measured() -> None:
    net = Reader()
    index, lengths = torch.randint(10, (3, 5)), torch.tensor([5, 2, 3])
    record = record_of(net, lambda: net(index, lengths).square().mean().backward())
    assert record.schema.taps == ("embed", "rnn", "head")
    assert_measured(record, "rnn", net.kept)


def test_nothing_is_found_where_nothing_is() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for output in (None, "text", 3, circle, {}, nn.Linear(2, 2), iter([torch.ones(2)]), object()):
        assert first_real(output) is None


def test_integers_are_found_where_there_is_no_other() -> None:
    index = torch.arange(3)
    assert first_real({"index": (index,)}) is index
