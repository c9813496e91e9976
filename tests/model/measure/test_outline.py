"""The outline of a network that is not ours: its layers as they run, and nothing of the network changed by it."""

import json
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import ResNet, preset, summarize
from tests.model.measure.test_weight_sites import Reader


class Shared(nn.Module):
    """Runs an activation twice, and registers its head first."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.scale = nn.Linear(8, 2), nn.Parameter(torch.ones(1))
        self.conv, self.up = nn.Conv2d(4, 8, 3, groups=2, bias=False), nn.ConvTranspose2d(8, 8, 2, stride=2)
        self.norm, self.relu = nn.BatchNorm2d(8), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.norm(self.conv(x)))
        return self.head(self.relu(self.up(x)).mean((2, 3)) * self.scale)


def test_layers_stand_as_they_run_with_outputs_and_macs() -> None:
    outline = summarize(Shared(), torch.randn(3, 4, 5, 5))
    rows = [(row.name, row.output, row.parameters, row.macs) for row in outline.rows]
    assert rows == [
        ("conv", (3, 8, 3, 3), 8 * 2 * 9, 3 * 8 * 9 * 2 * 9),
        ("norm", (3, 8, 3, 3), 16, None),
        ("relu", (3, 8, 3, 3), 0, None),
        ("up", (3, 8, 6, 6), 8 * 8 * 4 + 8, 3 * 8 * 9 * 8 * 4),
        ("relu", (3, 8, 6, 6), 0, None),
        ("head", (3, 2), 18, 3 * 8 * 2),
        ("Shared", (3, 2), 1, None),
    ]
    assert outline.totals["parameters"] == sum(row.parameters for row in outline.rows)
    assert outline.notes == []


def test_without_an_input_it_says_how_to_have_the_rest() -> None:
    net = Shared()
    net.head.requires_grad_(False)
    outline = summarize(net)
    assert [row.name for row in outline.rows] == ["Shared", "head", "conv", "up", "norm", "relu"]
    assert {row.output for row in outline.rows} == {None}
    assert outline.totals["parameters"] - outline.totals["trained"] == 18
    text = str(outline)
    assert "summarize(net, x)" in text
    assert text.splitlines()[0] == "Shared: 443 parameters, 425 of them trained"
    assert max(map(len, text.splitlines())) < 100
    assert json.loads(json.dumps(outline.to_dict()))["totals"] == outline.totals


def test_parameters_and_macs_are_those_of_a_network_of_ours() -> None:
    architecture = preset("resnet20")
    expected, found = summarize(architecture).totals, summarize(ResNet(architecture), torch.randn(1, 3, 32, 32)).totals
    assert (found["parameters"], found["macs"]) == (expected["parameters"], expected["macs"])


def test_every_parameter_is_counted_once() -> None:
    for net in (Reader(), nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)), nn.TransformerEncoderLayer(8, 2, 16)):
        outline = summarize(net)
        assert sum(row.parameters for row in outline.rows) == sum(p.numel() for p in net.parameters())


def state(net: nn.Module) -> dict[str, Any]:
    return {name: value.clone() for name, value in net.state_dict().items()}


def test_nothing_is_changed_by_it() -> None:
    net = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2))
    net[1].eval()
    before, twin = state(net), deepcopy(net)
    torch.manual_seed(1)
    summarize(net, torch.randn(3, 4))
    drawn = torch.rand(1)
    torch.manual_seed(1)
    torch.randn(3, 4)
    assert torch.equal(drawn, torch.rand(1))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert [module.training for module in net.modules()] == [module.training for module in twin.modules()]
    assert not any(module._forward_hooks for module in net.modules())


def test_a_pass_that_fails_leaves_nothing_behind() -> None:
    net = nn.Sequential(nn.Linear(4, 4), nn.Linear(3, 2))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        summarize(net, torch.randn(3, 4))
    assert net.training
    assert not any(module._forward_hooks for module in net.modules())


@pytest.mark.parametrize("described", ["resnet20", 3, None])
def test_what_is_neither_is_refused(described: Any) -> None:
    with pytest.raises(ValueError, match=r"neither an Architecture nor a network\. Give preset"):
        summarize(described)
