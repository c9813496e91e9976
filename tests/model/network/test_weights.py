"""Weights come from files that cannot execute anything, and what does not fit is named."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from skipscope import ResNet, load_weights, preset
from skipscope.model.network.weights import WeightsError


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    return ResNet(preset("resnet20"), seed=1).state_dict()


def save(path: Path, content: Any) -> Path:
    if path.suffix == ".safetensors":
        save_file(content, path)
    else:
        torch.save(content, path)
    return path


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pth", "weights.pt"])
def test_what_was_saved_is_read_and_fits(name: str, tmp_path: Path, state: dict[str, Tensor]) -> None:
    net = ResNet(preset("resnet20"), seed=2)
    loaded = load_weights(save(tmp_path / name, state), into=net)
    assert set(loaded) == set(state)
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())


WRAPPED: dict[str, Callable[[dict[str, Tensor]], Any]] = {
    "state_dict": lambda state: {"state_dict": state, "epoch": 3},
    "model": lambda state: {"model": {"state_dict": state}},
    "parallel": lambda state: OrderedDict((f"module.{key}", value) for key, value in state.items()),
}


@pytest.mark.parametrize("kind", WRAPPED)
def test_checkpoints_are_unwrapped(kind: str, tmp_path: Path, state: dict[str, Tensor]) -> None:
    assert set(load_weights(save(tmp_path / "a.pth", WRAPPED[kind](state)))) == set(state)


def test_misfits_are_named_and_nothing_is_loaded(tmp_path: Path, state: dict[str, Tensor]) -> None:
    wrong = dict(state)
    wrong["fc.weight"] = torch.zeros(1000, 64)
    wrong["extra.weight"] = wrong.pop("layer1.0.conv1.weight")
    net = ResNet(preset("resnet20"), seed=2)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    with pytest.raises(WeightsError) as caught:
        load_weights(save(tmp_path / "wrong.pth", wrong), into=net)
    message = str(caught.value)
    assert "1 missing key: layer1.0.conv1.weight" in message
    assert "1 unexpected key: extra.weight" in message
    assert "fc.weight is [1000, 64] in the file and [10, 64] in the network" in message
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_a_plain_net_has_no_place_for_projections(tmp_path: Path) -> None:
    state = ResNet(preset("resnet20", projection="B")).state_dict()
    with pytest.raises(WeightsError, match=r"12 unexpected keys: layer2\.0\.downsample\.0\.weight, "):
        load_weights(save(tmp_path / "a.safetensors", state), into=ResNet(preset("plain20")))


class Malicious:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("executed"),))


def test_nothing_in_a_file_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = save(tmp_path / "bad.pth", {"fc.weight": Malicious()})
    with pytest.raises(WeightsError, match="nothing is run"):
        load_weights(path)
    assert not (tmp_path / "executed").exists()


def test_what_is_no_state_dict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no state dict"):
        load_weights(save(tmp_path / "a.pth", [1, 2]))
    with pytest.raises(WeightsError, match="no state dict"):
        load_weights(save(tmp_path / "b.pth", {"epoch": 3}))
    with pytest.raises(WeightsError, match="more than tensors"):
        load_weights(save(tmp_path / "c.pth", nn.Linear(1, 1)))
    for name in ("d.pth", "d.safetensors"):
        (tmp_path / name).write_bytes(b"no weights at all")
        with pytest.raises(WeightsError, match=name):
            load_weights(tmp_path / name)
    (tmp_path / "e.pth").write_bytes(b"")
    with pytest.raises(WeightsError, match=r"e\.pth"):
        load_weights(tmp_path / "e.pth")


def test_the_wrong_kind_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"")
    with pytest.raises(WeightsError, match=r"safetensors.*'\.bin'"):
        load_weights(tmp_path / "weights.bin")
    with pytest.raises(FileNotFoundError, match=r"none\.pth"):
        load_weights(tmp_path / "none.pth")
