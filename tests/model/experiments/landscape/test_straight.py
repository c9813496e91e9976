"""The straight program against the network that it is made from, for each order, norm and shortcut."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.func import functional_call

from skipscope.model.experiments.landscape.directions import moved_weights
from skipscope.model.experiments.landscape.straight import Straight
from tests.model.experiments.paths.test_cut import made

NETS: dict[str, dict[str, Any]] = {
    "post-activation": {},
    "BN after addition": {"order": "bn_after_addition"},
    "ReLU before addition": {"order": "relu_before_addition"},
    "ReLU-only pre-activation": {"order": "relu_only_preactivation"},
    "pre-activation": {"preset": "preact_resnet110"},
    "plain": {"skips": False},
    "one skip cut": {"skips": (True, False, True, True)},
    "bottleneck with groups": {"block": "bottleneck", "groups": 2, "projection": "B"},
    "deep stem": {"stem": "deep", "downsample": "avg_pool", "image_size": 32, "projection": "B"},
    "no norm": {"norm": "none", "activation": "tanh"},
    "group norm": {"norm": "group", "norm_groups": 2, "activation": "gelu"},
    "gate": {"shortcut": "exclusive_gating"},
    "dropout": {"shortcut": "dropout", "shortcut_scale": 0.7},
    "decayed": {"shortcut": "decayed", "shortcut_scale": 0.5},
    "RepVGG": {"block": "repvgg", "projection": "B"},
    "Fixup": {"norm": "none", "residual_init": "fixup"},
    "SkipInit": {"residual_init": "skipinit"},
    "squeeze and excitation": {"squeeze_excitation": True, "stochastic_depth": 0.3},
}


@pytest.mark.parametrize("name", NETS)
def test_its_logits_are_the_networks(name: str) -> None:
    net, images, _ = made(NETS[name])
    before = {key: value.clone() for key, value in net.state_dict().items()}
    images = images.contiguous(memory_format=torch.channels_last)
    program = Straight(net, images[:1])
    for _ in range(2):  # nothing is left of a pass
        torch.testing.assert_close(program(images), net(images), rtol=1e-9, atol=1e-9)
    weights = {key: value * 1.5 for key, value in moved_weights(net).items()}
    program.weights.copy_(program.vector_of(weights))
    torch.testing.assert_close(program(images), functional_call(net, weights, (images,)), rtol=1e-9, atol=1e-9)
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_norms_after_convolutions_are_gone() -> None:
    def norms(name: str) -> int:
        net, images, _ = made(NETS[name])
        found = Straight(net, images[:1])._program.graph.nodes
        return sum(node.op == "call_module" and "bn" in str(node.target) for node in found)

    assert norms("post-activation") == 0
    assert norms("pre-activation") == 4, "those that follow an addition"


def test_running_statistics_are_needed() -> None:
    with pytest.raises(AssertionError, match="running statistics"):
        Straight(nn.Linear(2, 2).train(), torch.ones(1, 2))
