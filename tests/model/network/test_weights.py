"""Weights of others load under whatever names and wrappers their programs left; what does not fit is named."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

from skipscope import ResNet, load_weights, preset
from skipscope.model.network.weights import WeightsError

State = dict[str, Any]


@pytest.fixture(scope="module")
def state() -> State:
    return ResNet(preset("resnet20"), seed=1).state_dict()


def save(path: Path, content: Any) -> Path:
    if path.suffix == ".safetensors":
        save_file(content, path)
    else:
        torch.save(content, path)
    return path


def fits(path: Path, state: State, **how: Any) -> None:
    """Load a file into another net of the same layers, which has the weights of `state` then."""
    net = ResNet(preset("resnet20"), seed=2)
    loaded = load_weights(path, into=net, **how)
    own = net.state_dict()
    assert set(loaded) <= set(own)
    assert all(torch.equal(value, state[key]) for key, value in own.items() if not key.endswith("tracked"))


@pytest.mark.parametrize("name", ["a.safetensors", "a.pth", "a.pt", "a.bin", "a.pth.tar", "a.th", "a.ckpt", "a"])
def test_the_content_decides_and_not_the_suffix(name: str, tmp_path: Path, state: State) -> None:
    fits(save(tmp_path / name, state), state)
    save_file(state, tmp_path / f"safe.{name}")
    fits(tmp_path / f"safe.{name}", state)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("zipped", [True, False], ids=["archive", "before 1.6"])
def test_every_form_of_torch_save_is_read(protocol: int, zipped: bool, tmp_path: Path, state: State) -> None:
    torch.save(state, tmp_path / "a.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
    fits(tmp_path / "a.pth", state)


def test_batches_that_nobody_counted_are_no_missing_keys(tmp_path: Path, state: State) -> None:
    old = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    for name in ("old.pth", "old.safetensors"):
        fits(save(tmp_path / name, old), state)
    loaded = load_weights(tmp_path / "old.pth")
    assert ResNet(preset("resnet20")).load_state_dict(loaded, strict=True).missing_keys == []


PREFIXES = (
    "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.", "model.", "backbone.", "net.", "network.",
    "_forward_module.", "_forward_module.model.", "student.", "student.backbone.", "module.student.net.",
    "model._orig_mod.module.backbone.", "_fsdp_wrapped_module.", "encoder_q.", "resnet.", "my_own_name.",
)  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_prefixes_of_wrappers_are_taken_off(prefix: str, tmp_path: Path, state: State) -> None:
    fits(save(tmp_path / "a.pth", {prefix + key: value for key, value in state.items()}), state)
    fits(save(tmp_path / "a.safetensors", {prefix + key: value for key, value in state.items()}), state)


@pytest.mark.parametrize("name", ["_orig_mod", "_checkpoint_wrapped_module", "module"])
def test_wrappers_within_a_network_are_taken_off(name: str, tmp_path: Path, state: State) -> None:
    inner = {key.replace("layer2.", f"layer2.{name}.").replace("conv1.", f"conv1.{name}."): state[key] for key in state}
    fits(save(tmp_path / "a.pth", inner), state)


def test_a_network_that_is_wrapped_takes_bare_weights(tmp_path: Path, state: State) -> None:
    net = ResNet(preset("resnet20"), seed=2)
    wrapped = nn.DataParallel(net)
    load_weights(save(tmp_path / "a.pth", state), into=wrapped)
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())


def under(prefix: str, state: State) -> State:
    return {prefix + key: value for key, value in state.items()}


def zeros(state: State) -> State:
    return {key: torch.zeros_like(value) for key, value in state.items()}


CHECKPOINTS: dict[str, Callable[[State], Any]] = {
    "the ImageNet example": lambda s: {"epoch": 3, "arch": "resnet20", "state_dict": under("module.", s)},
    "Lightning": lambda s: {"epoch": 3, "state_dict": under("model.", s) | {"criterion.weight": torch.ones(10)}},
    "Lightning's settings": lambda s: {
        "state_dict": under("net.", s), "hyper_parameters": argparse.Namespace(lr=0.1, path=Path("data")),
        "callbacks": {"ModelCheckpoint": {"best": torch.tensor(0.5)}},
    },
    "an optimizer beside": lambda s: {"model": s, "optimizer": {"state": {0: {"exp_avg": s["fc.weight"]}}}},
    "model_state_dict": lambda s: {"model_state_dict": s, "loss": 0.5},
    "net": lambda s: {"net": under("module.", s), "acc": 91.0},
    "nested": lambda s: {"model": {"state_dict": s}},
    "an average beside": lambda s: {"state_dict": s, "state_dict_ema": zeros(s)},
    "an average before": lambda s: {"model_ema": zeros(s), "model": s},
    "an average alone": lambda s: {"state_dict_ema": s},
    "a teacher beside": lambda s: {"teacher": under("backbone.", zeros(s)), "student": under("module.backbone.", s)},
    "MoCo": lambda s: {**under("module.encoder_k.", zeros(s)), **under("module.encoder_q.", s)},
    "both in one": lambda s: {**under("ema_model.", zeros(s)), **under("online_model.", s), "step": torch.tensor(3)},
    "an EMA's module": lambda s: {"ema": {"module": s, "updates": 3}},
    "DeepSpeed": lambda s: {"module": s, "ds_version": "0.1", "mp_world_size": 1},
    "an unknown name": lambda s: {"my_weights": s, "classes": ["a", "b"]},
    "trunk and head apart": lambda s: {
        "backbone": {k: v for k, v in s.items() if not k.startswith("fc")},
        "head": {k: v for k, v in s.items() if k.startswith("fc")},
    },
    "a tuple": lambda s: (under("module.", s), {"lr": 0.1}),
    "behind other layers": lambda s: {"0.mean": torch.zeros(3), **under("1.", s)},
    "robustness": lambda s: {"model": {**under("module.model.", s), **under("module.attacker.model.", zeros(s))}},
    "numbers of NumPy": lambda s: {"state_dict": s, "best_acc1": torch.ones(1).numpy()[0]},
}  # fmt: skip


@pytest.mark.parametrize("kind", CHECKPOINTS)
def test_checkpoints_of_training_scripts_load(kind: str, tmp_path: Path, state: State) -> None:
    fits(save(tmp_path / "a.pth", CHECKPOINTS[kind](state)), state)


def test_averaged_and_whole_modules_load(tmp_path: Path) -> None:
    source = ResNet(preset("resnet20"), seed=1)
    averaged = AveragedModel(source)
    fits(save(tmp_path / "swa.pth", averaged.state_dict()), source.state_dict())
    fits(save(tmp_path / "swa.safetensors", averaged.state_dict()), source.state_dict())
    fits(save(tmp_path / "whole.pth", source), source.state_dict())
    fits(save(tmp_path / "inside.pth", {"model": nn.DataParallel(source), "epoch": 3}), source.state_dict())
    torch.save(source, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    fits(tmp_path / "old.pth", source.state_dict())


def test_a_module_that_was_saved_whole_gives_its_state_dict(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Linear(4, 2, bias=False))
    net.register_buffer("passing", torch.ones(2), persistent=False)
    net.append(net[0])  # a layer in two places is in the state dict twice
    loaded = load_weights(save(tmp_path / "a.pth", net))
    assert set(loaded) == set(net.state_dict())
    assert all(torch.equal(value, loaded[key]) for key, value in net.state_dict().items())


def test_an_entry_is_asked_for_by_name(tmp_path: Path, state: State) -> None:
    both = save(tmp_path / "a.pth", {"state_dict": zeros(state), "state_dict_ema": under("module.", state)})
    fits(both, state, entry="state_dict_ema")
    assert set(load_weights(both, entry="state_dict_ema")) == set(state)
    flat = save(tmp_path / "b.pth", {**under("teacher.", state), **under("student.", zeros(state))})
    fits(flat, state, entry="teacher")
    with pytest.raises(WeightsError, match=r"entry='ema' holds no weights.*state_dict, state_dict_ema"):
        load_weights(both, entry="ema")


def test_two_that_fit_equally_well_are_a_question(tmp_path: Path, state: State) -> None:
    folds = save(tmp_path / "a.pth", {"fold1": state, "fold2": zeros(state)})
    for net in (None, ResNet(preset("resnet20"))):
        with pytest.raises(WeightsError, match=r"2 state dicts: fold1, fold2\. Name one by entry="):
            load_weights(folds, into=net)
    fits(folds, state, entry="fold1")


def test_without_a_network_only_certain_wrappers_are_taken_off(tmp_path: Path, state: State) -> None:
    for prefix in ("module.", "_orig_mod.", "module._orig_mod."):
        assert set(load_weights(save(tmp_path / "a.pth", under(prefix, state)))) == set(state)
    assert set(load_weights(save(tmp_path / "b.pth", under("encoder.", state)))) == set(under("encoder.", state))
    averaged = AveragedModel(nn.Linear(2, 2)).state_dict()
    assert set(load_weights(save(tmp_path / "c.pth", averaged))) == {"weight", "bias"}


def test_a_part_of_a_larger_network_is_no_accident(tmp_path: Path, state: State) -> None:
    path = save(tmp_path / "a.pth", state)
    with pytest.raises(WeightsError, match="does not fit"):  # its fc has these shapes, but nobody asked for it
        load_weights(path, into=nn.Linear(64, 10))
    head = nn.Linear(64, 10)
    load_weights(path, into=head, entry="fc")
    assert torch.equal(head.weight, state["fc.weight"])


class Renamed(nn.Module):
    """A net with a scalar, with state that is no tensor, and with a name of its own for old files."""

    def __init__(self, start: float, extra: str) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.scale = nn.Parameter(torch.tensor(start))
        self.extra = extra
        self.register_load_state_dict_pre_hook(self.rename)

    @staticmethod
    def rename(_: nn.Module, state: State, prefix: str, *rest: Any) -> None:
        if f"{prefix}gamma" in state:
            state[f"{prefix}scale"] = state.pop(f"{prefix}gamma")

    def get_extra_state(self) -> str:
        return self.extra

    def set_extra_state(self, state: str) -> None:
        self.extra = state


@pytest.mark.parametrize("change", [{}, {"scale": torch.full((1,), 2.0)}, {"scale": None, "gamma": torch.tensor(2.0)}])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_what_torch_loads_strictly_loads(change: State, prefix: str, tmp_path: Path) -> None:
    content = {key: value for key, value in {**Renamed(2.0, "old").state_dict(), **change}.items() if value is not None}
    Renamed(1.0, "new").load_state_dict(content, strict=True)
    net = Renamed(1.0, "new")
    load_weights(save(tmp_path / "a.pth", under(prefix, content)), into=net)
    assert (net.scale.item(), net.extra) == (2.0, "old")


def test_half_precision_is_widened(tmp_path: Path, state: State) -> None:
    net = ResNet(preset("resnet20"))
    load_weights(save(tmp_path / "a.pth", {key: value.half() for key, value in state.items()}), into=net)
    assert torch.equal(net.state_dict()["fc.weight"], state["fc.weight"].half().float())


def test_misfits_are_named_and_nothing_is_loaded(tmp_path: Path, state: State) -> None:
    wrong = dict(state)
    wrong["fc.weight"] = torch.zeros(1000, 64)
    wrong["other.weight"] = wrong.pop("layer1.0.conv1.weight")
    net = ResNet(preset("resnet20"), seed=2)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    with pytest.raises(WeightsError) as caught:
        load_weights(save(tmp_path / "wrong.pth", {"state_dict": wrong}), into=net)
    message = str(caught.value)
    assert message.startswith("wrong.pth does not fit the network: ")
    assert "1 missing key: layer1.0.conv1.weight" in message
    assert "1 unexpected key: other.weight" in message
    assert "fc.weight is [1000, 64] in the file and [10, 64] in the network" in message
    assert "num_classes=1000 in the file and 10 in the network" in message
    assert "Build the network of the file." in message
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_the_nearest_names_are_told(tmp_path: Path, state: State) -> None:
    odd = {key.replace("bn1", "norm1"): value for key, value in state.items()}
    with pytest.raises(WeightsError) as caught:
        load_weights(save(tmp_path / "a.pth", odd), into=ResNet(preset("resnet20")))
    message = str(caught.value)
    assert "40 missing keys: bn1.weight, bn1.bias, " in message
    assert "50 unexpected keys: layer1.0.norm1.bias, " in message
    assert "layer1.0.norm1.bias in the file is near to layer1.0.bn1.bias" in message
    assert "Load it into a network of the same layers." in message


def test_a_plain_net_has_no_place_for_projections(tmp_path: Path) -> None:
    state = ResNet(preset("resnet20", projection="B")).state_dict()
    with pytest.raises(WeightsError, match=r"12 unexpected keys: layer2\.0\.downsample\.0\.weight, .* and 6 more"):
        load_weights(save(tmp_path / "a.safetensors", state), into=ResNet(preset("plain20")))


def test_another_network_is_told_in_a_few_words(tmp_path: Path, state: State) -> None:
    with pytest.raises(WeightsError) as caught:
        load_weights(save(tmp_path / "a.pth", state), into=ResNet(preset("resnet50", num_classes=7)))
    message = str(caught.value)
    for part in (
        "block=basic in the file and bottleneck",
        "depths=[3, 3, 3] in the file and [3, 4, 6, 3]",
        "stem=cifar",
    ):
        assert part in message
    assert len(message) < 2500
    with pytest.raises(WeightsError, match=r"4 missing keys: 0\.weight, 0\.bias, 1\.weight, 1\.bias.*same layers"):
        load_weights(tmp_path / "a.pth", into=nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)))


def test_a_weight_that_is_no_plain_tensor_is_named(tmp_path: Path, state: State) -> None:
    path = save(tmp_path / "a.pth", {**state, "fc.weight": state["fc.weight"].to_sparse()})
    with pytest.raises(WeightsError, match=r"fc\.weight is no plain tensor but made by torch._utils._rebuild_sparse"):
        load_weights(path, into=ResNet(preset("resnet20")))
    with pytest.raises(WeightsError, match=r"fc\.weight is no plain tensor"):
        load_weights(path)


def test_an_error_is_a_value_error_for_users(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.pth.*no such file") as caught:
        load_weights(tmp_path / "none.pth")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, FileNotFoundError)
