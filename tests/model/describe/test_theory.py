"""What mean-field theory expects, against what is measured: wide networks, the mean over seeds."""

from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.presets import resolve
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.describe.theory import Theory, expect, gather, scatter, variance
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.probe import probe

PLAIN: dict[str, Any] = {
    "block": "basic", "depths": [2, 2], "widths": [64, 96], "stem": "cifar", "stem_width": 64, "norm": "none",
    "skips": False,
}  # fmt: skip
PREACTIVATED: dict[str, Any] = {
    "block": "bottleneck", "depths": [2, 2], "widths": [24, 32], "stem": "cifar", "stem_width": 64, "norm": "none",
    "order": "pre_activation", "projection": "B",
}  # fmt: skip


def measured_over_expected(description: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return for each tap the ratio of the root mean squares, the mean over seeds, NaN where nothing is expected."""
    ratios: dict[str, list[Any]] = {"activation_rms": [], "gradient_rms": []}
    for seed in range(4):
        request = ProbeRequest.model_validate({"variants": [description], "seed": seed, "batch_size": 32, **more})
        (found,) = probe(request)["variants"]
        assert found["theory"]["reason"] is None
        for name, rows in ratios.items():
            expected = np.array(found["theory"][name], dtype=float)
            assert expected.shape == (len(found["taps"]),)
            rows.append((np.array(found["values"][name], dtype=float) / expected) ** 2)
    return {name: np.sqrt(np.mean(rows, axis=0)) for name, rows in ratios.items()}


INITS = get_args(Architecture.model_fields["init"].annotation)


@pytest.mark.parametrize("init", INITS)
def test_it_is_what_a_wide_plain_network_measures(init: str) -> None:
    ratios = measured_over_expected({**PLAIN, "init": init})
    assert ratios["activation_rms"][:-1] == pytest.approx(1, abs=0.15)
    assert np.isnan(ratios["activation_rms"][-1])
    assert ratios["gradient_rms"] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("strengths", [None, [0.5, 1.0, 0.0, 0.25]])
def test_it_is_what_a_preactivated_network_measures_with_any_shortcuts(strengths: list[float] | None) -> None:
    ratios = measured_over_expected(PREACTIVATED, strengths=[strengths])
    assert ratios["activation_rms"][:-1] == pytest.approx(1, abs=0.25)
    assert ratios["gradient_rms"] == pytest.approx(1, abs=0.25)


def test_a_plain_network_of_56_layers_vanishes_as_expected() -> None:
    (found,) = probe(
        ProbeRequest.model_validate({"variants": [{"preset": "plain56", "norm": "none", "init": "xavier_normal"}]})
    )["variants"]
    expected, measured = found["theory"]["gradient_rms"], found["values"]["gradient_rms"]
    assert expected[0] / expected[-2] < 1e-8
    assert np.log10(measured[:-1]) == pytest.approx(np.log10(expected[:-1]), abs=0.5)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"preset": "resnet20", "norm": "none"}, "not symmetric"),
        ({"preset": "resnet20"}, r"no equation is known through bn1 \(norm\)"),
        ({"preset": "resnet18", "norm": "none", "skips": False}, r"maxpool \(max_pool\)"),
        ({"preset": "plain20", "norm": "none", "activation": "tanh"}, r"relu \(activation\)"),
        ({"preset": "resnet20", "norm": "none", "residual_init": "fixup"}, "no equation is known through conv1"),
        ({"preset": "resnet20", "norm": "none", "order": "relu_before_addition"}, "not independent"),
        ({**PREACTIVATED, "stochastic_depth": 0.5}, "dropped by chance"),
    ],
)
def test_where_no_equation_holds_it_says_why(fields: dict[str, Any], why: str) -> None:
    graph = build_graph(resolve(fields))
    found = expect(graph, np.ones((32, 32)), 1e-3)
    assert found == Theory(reason=found.reason)
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(found.reason)


def test_without_a_gradient_there_is_no_theory_of_it() -> None:
    graph = build_graph(Architecture.model_validate(PLAIN))
    for nothing in (None, 0.0):
        assert "zero or not finite" in (expect(graph, np.ones((32, 32)), nothing).reason or "")


@pytest.mark.parametrize("shape", [(8, 8), (7, 5), (1, 3)])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (7, 2), (1, 2)])
def test_sums_over_windows_are_those_of_a_convolution_of_ones(shape: tuple[int, int], kernel: int, stride: int) -> None:
    image = torch.rand(1, 1, *shape, dtype=torch.float64, requires_grad=True)
    out = conv2d(image, torch.ones(1, 1, kernel, kernel, dtype=torch.float64), stride=stride, padding=kernel // 2)
    assert gather(image.detach()[0, 0].numpy(), kernel, stride) == pytest.approx(out.detach()[0, 0].numpy())
    above = torch.rand_like(out)
    (below,) = torch.autograd.grad(out, image, above)
    assert scatter(above[0, 0].numpy(), kernel, stride, shape) == pytest.approx(below[0, 0].numpy())


@pytest.mark.parametrize("init", INITS)
def test_the_variance_is_that_of_the_weights_that_are_drawn(init: str) -> None:
    architecture = Architecture.model_validate({**PLAIN, "init": init})
    weights = dict(ResNet(architecture).named_parameters())
    for layer in build_graph(architecture).layers:
        if layer.type in ("conv", "linear"):
            weight = weights[f"{layer.name}.weight"].double()
            if init == "delta_orthogonal" and layer.kernel > 1:
                weight = weight[:, :, layer.kernel // 2, layer.kernel // 2]
            drawn = weight.square().mean().item()
            assert drawn == pytest.approx(variance(architecture, layer), rel=0.1), layer.name
