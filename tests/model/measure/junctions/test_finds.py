"""The places that are recorded of networks with junctions and without: the default, and either choice."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import skipscope
from skipscope import Recorder, preset
from tests.model.measure.junctions import nets, words
from tests.model.measure.junctions.images import ResNet

pytestmark = pytest.mark.usefixtures("engine")


class Dense(nn.Module):
    """Each layer reads all before it; nothing is added."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(3 * i, 3, 3, padding=1) for i in (1, 2, 3)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, functional.relu(layer(x))], 1)
        return x


def test_a_network_without_additions_is_told_in_words_and_measured_at_its_leaves() -> None:
    net = Dense()
    with Recorder(net, at="junctions") as recorder, pytest.warns(UserWarning, match="No residual addition was found"):
        net(nets.IMAGES).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert "DenseNet" in record.notes[0]
    assert recorder.junctions == record.schema.blocks == ()
    assert {"layers.0", "layers.1", "layers.2"} <= set(record.schema.taps)
    with Recorder(net) as recorder:
        net(nets.IMAGES).square().mean().backward()
        recorder.read()
    assert recorder.notes == ()


def test_tensors_that_have_no_plain_numbers_are_no_junctions() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.randn(4, 4, dtype=torch.complex64))
            self.embedding = nn.Embedding(5, 4, sparse=True)

        def forward(self, x: Tensor) -> dict[str, Tensor]:
            words = self.embedding(torch.tensor([[0, 1]])).sum()
            spectrum = torch.fft.fft(x)
            spectrum = spectrum + spectrum @ self.weight
            return {"y": spectrum.abs() * words, "sparse": x.to_sparse() + x.to_sparse()}

    net = Odd()
    with Recorder(net) as recorder:
        net(torch.randn(3, 4))["y"].sum().backward()
        record = recorder.read()
    assert record is not None
    assert recorder.junctions == ()
    assert recorder.notes == ()


def test_recording_at_junctions_changes_no_number_of_the_training() -> None:
    losses: list[float] = []
    states: list[dict[str, Tensor]] = []
    for is_recorded in (False, True):
        torch.manual_seed(0)
        net = ResNet()
        optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
        recorder = Recorder(net)
        if is_recorded:
            recorder.attach()
        for _ in range(3):
            optimizer.zero_grad()
            loss = net(nets.IMAGES).square().mean()
            loss.backward()
            optimizer.step()
            recorder.read() if is_recorded else None
            losses.append(loss.item())
        recorder.detach()
        states.append(net.state_dict())
    assert losses[:3] == losses[3:]
    assert all(torch.equal(a, b) for a, b in zip(states[0].values(), states[1].values(), strict=True))


def names_of(net: nn.Module, batch: Tensor, **options: object) -> tuple[str, ...]:
    """Return the taps of one step."""
    with Recorder(net, **options) as recorder:  # type: ignore[arg-type]
        net(batch).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert recorder.schema == record.schema
    return record.schema.taps


def test_the_default_are_the_junctions_of_three_blocks_or_more_and_leaves_otherwise() -> None:
    deep, shallow = ResNet(), nn.Sequential(nn.Linear(6, 6), words.Mlp(6), nn.Linear(6, 2))
    assert names_of(deep, nets.IMAGES) == ("layer1.0", "layer1.1", "layer2.0", "layer2.1")
    leaves = ("0", "1.fc1", "1.gelu()", "1.fc2", "2")
    assert names_of(shallow, nets.ROWS) == leaves
    assert names_of(shallow, nets.ROWS, at="leaves") == leaves
    assert names_of(shallow, nets.ROWS, at="junctions") == ("1",)
    assert "layer1.0.conv1" in names_of(deep, nets.IMAGES, at="leaves")
    with Recorder(shallow) as recorder:
        shallow(nets.ROWS).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert record.schema.blocks == ("1",)
    assert record.of("residual_gradient_norm", "1") is not None


def test_patterns_and_junctions_go_together() -> None:
    net = nn.Sequential(nn.Linear(6, 6), words.Mlp(6), words.Mlp(6), nn.Linear(6, 2))
    assert names_of(net, nets.ROWS, taps="*.fc2") == ("1.fc2", "2.fc2")
    assert names_of(net, nets.ROWS, taps="*.fc2", at="junctions") == ("1.fc2", "1", "2.fc2", "2")
    assert names_of(net, nets.ROWS, taps=["*.gelu()", "3"]) == ("1.gelu()", "2.gelu()", "3")


@pytest.mark.parametrize(
    ("options", "message"), [({"at": "branches"}, "Give 'junctions' or"), ({"at": "leaves", "taps": "0"}, "leave one")]
)
def test_a_choice_that_is_none_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recorder(nn.Linear(2, 2), **options)  # type: ignore[arg-type]


def test_our_own_networks_keep_their_places() -> None:
    net = skipscope.ResNet(preset("resnet20", norm="none", init="xavier_normal", num_classes=3))
    for at in (None, "junctions"):
        assert Recorder(net, at=at).schema == Recorder(net).schema  # type: ignore[arg-type]
        assert Recorder(net, at=at).junctions == ()  # type: ignore[arg-type]
