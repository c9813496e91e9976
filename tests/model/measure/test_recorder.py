"""Each measure against plain autograd, at every tap, over random architectures; and on networks that are not ours."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.record import MEASURES, Record, Value
from skipscope.model.measure.recorder import Recorder
from skipscope.model.measure.schedules import logarithmic
from skipscope.model.network.resnet import ResNet
from tests.model.measure.autograd import mean_cosine, norm, rms

pytestmark = pytest.mark.usefixtures("engine")

TINY = {"stem": "cifar", "stem_width": 4, "depths": (2, 1), "widths": (4, 6), "image_size": 8, "num_classes": 3}
VARIANTS: dict[str, dict[str, Any]] = {
    "post-activation": {},
    "no norm": {"norm": "none"},
    "plain": {"skips": False, "norm": "none"},
    "some skips": {"skips": (True, False, True)},
    "option A": {"projection": "A"},
    "option C": {"projection": "C"},
    "bottleneck": {"block": "bottleneck", "widths": (2, 3)},
    "pre-activation": {"order": "pre_activation"},
    "bn after addition": {"order": "bn_after_addition"},
    "relu before addition": {"order": "relu_before_addition"},
    "relu-only pre-activation": {"order": "relu_only_preactivation"},
    "constant scaling": {"shortcut": "constant_scaling", "residual_scale": 0.5},
    "exclusive gating": {"shortcut": "exclusive_gating", "gate_bias": 0.0},
    "shortcut-only gating": {"shortcut": "shortcut_only_gating", "gate_bias": 0.0},
    "1x1 shortcut": {"shortcut": "conv1x1"},
    "dropout shortcut": {"shortcut": "dropout"},
    "squeeze and excitation": {"squeeze_excitation": True},
    "group norm, gelu": {"norm": "group", "activation": "gelu"},
    "layer scale, tanh": {"residual_init": "layer_scale", "activation": "tanh"},
    "fixup": {"residual_init": "fixup", "norm": "none"},
    "stochastic depth": {"stochastic_depth": 0.8},
    "ResNet-D": {"downsample": "avg_pool", "stem": "deep", "image_size": 16},
}


def reference(net: ResNet, images: Tensor, labels: Tensor) -> dict[str, dict[str, float | None]]:
    """Measure by keeping every tensor: the slow and obvious way."""
    kept: dict[str, Tensor] = {}
    forks: dict[str, tuple[Tensor, Tensor | None]] = {}
    joined: dict[str, tuple[Tensor | None, Tensor | None]] = {}
    inputs: dict[str, Tensor] = {}
    handles = []
    for tap in net.graph.taps:

        def keep(module: nn.Module, args: Any, output: Tensor, name: str = tap.name) -> None:
            output.retain_grad()
            kept[name] = output

        handles.append(net.get_submodule(tap.module).register_forward_hook(keep))
    for name, block in net.blocks.items():

        def part(module: nn.Module, args: Any, output: Any, name: str = name) -> Any:
            args[0].retain_grad()
            inputs[name] = args[0]
            parts = tuple(None if x is None else x.clone() for x in output)
            for x in parts:
                if x is not None:
                    x.retain_grad()
            forks[name] = parts  # type: ignore[assignment]
            return parts

        def join(module: nn.Module, args: Any, name: str = name) -> None:
            joined[name] = args

        handles += [block.fork.register_forward_hook(part), block.junction.register_forward_pre_hook(join)]
    nn.functional.cross_entropy(net(images), labels).backward()
    for handle in handles:
        handle.remove()

    def grad(x: Tensor | None) -> float | None:
        return None if x is None or x.grad is None else norm(x.grad)

    branches = [(name, f) for name, (f, _) in joined.items()]
    return {
        "activation_rms": {name: rms(x) for name, x in kept.items()},
        "gradient_rms": {name: rms(x.grad) for name, x in kept.items() if x.grad is not None},
        "zero_fraction": {
            tap.name: (kept[tap.name] == 0).double().mean().item()
            for tap in net.graph.taps
            if tap.activation and tap.name in kept
        },
        "dead_units": {
            tap.name: sum(not (kept[tap.name][:, unit] != 0).any() for unit in range(kept[tap.name].shape[1]))
            for tap in net.graph.taps
            if tap.activation and tap.name in kept
        },
        "residual_rms": {name: rms(f) for name, (f, _) in joined.items() if f is not None},
        "identity_rms": {name: rms(s) for name, (_, s) in joined.items() if s is not None},
        "residual_gradient_norm": {name: grad(f) for name, (f, _) in forks.items()},
        "identity_gradient_norm": {name: grad(s) for name, (_, s) in forks.items()},
        "descent_cosine": {
            name: mean_cosine(f, -whole)
            for name, f in branches
            if f is not None and (whole := inputs[name].grad) is not None and f.shape == whole.shape
        },
        "successive_cosine": {
            name: mean_cosine(f, after)
            for (name, f), (_, after) in pairwise(branches)
            if f is not None and after is not None and f.shape == after.shape
        },
    }


ELSEWHERE = {
    "nonfinite": "test_tap_meter.py",
    "weight_gradient_norm": "test_weight_gradient.py",
    "update_ratio": "test_weight_meter.py",
}
"""Measures whose slow reference stands in another file beside this one."""


def recorded(net: ResNet, images: Tensor, labels: Tensor) -> Record:
    """Record one step without an update."""
    with Recorder(net) as recorder:
        nn.functional.cross_entropy(net(images), labels).backward()
        record = recorder.read()
    assert record is not None
    return record


def batch(architecture: Architecture, seed: int = 1) -> tuple[Tensor, Tensor]:
    """Draw a small batch."""
    generator = torch.Generator().manual_seed(seed)
    size = architecture.image_size
    images = torch.randn(4, architecture.in_channels, size, size, generator=generator)
    return images, torch.randint(architecture.num_classes, (4,), generator=generator)


def close(measured: Value, expected: float | None, *, least: float = 1e-12) -> bool:
    """Compare with float32's tolerance; None only equals None."""
    if measured is None or expected is None:
        return measured is None and expected is None
    return math.isclose(measured, expected, rel_tol=2e-4, abs_tol=least)


LEAST = {"descent_cosine": 1e-5, "successive_cosine": 1e-5}
"""Of a sum of products whose signs differ so much is lost."""


def test_every_measure_has_a_slow_reference_and_a_definition() -> None:
    architecture = Architecture.model_validate(TINY)
    here = set(reference(ResNet(architecture), *batch(architecture)))
    assert here | set(ELSEWHERE) == set(MEASURES)
    for measure, file in ELSEWHERE.items():
        assert measure in (Path(__file__).parent / file).read_text(encoding="utf-8"), file
    for document in ("measures.md", "events.md"):
        text = (Path(__file__).parents[3] / "docs" / document).read_text(encoding="utf-8")
        assert [measure for measure in MEASURES if f"`{measure}`" not in text] == [], document


@pytest.mark.parametrize("fields", VARIANTS.values(), ids=VARIANTS)
def test_every_measure_equals_autograd(fields: dict[str, Any]) -> None:
    architecture = Architecture.model_validate({**TINY, **fields})
    images, labels = batch(architecture)
    record = recorded(ResNet(architecture), images, labels)
    expected = reference(ResNet(architecture), images, labels)
    for measure, values in expected.items():
        for name in record.schema.names(measure):
            expected_number, found = values.get(name), record.of(measure, name)
            assert close(found, expected_number, least=LEAST.get(measure, 1e-12)), (measure, name)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), seed=st.integers(0, 1000))
def test_every_measure_equals_autograd_on_any_architecture(
    architectures: st.SearchStrategy[Architecture], data: st.DataObject, seed: int
) -> None:
    architecture = data.draw(architectures)
    images, labels = batch(architecture, seed)
    record = recorded(ResNet(architecture, seed=seed), images, labels)
    for measure, values in reference(ResNet(architecture, seed=seed), images, labels).items():
        for name in record.schema.names(measure):
            expected_number, found = values.get(name), record.of(measure, name)
            assert close(found, expected_number, least=LEAST.get(measure, 1e-12)), (measure, name)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_two_parts_add_up_to_the_gradient_at_the_fork(data: st.DataObject) -> None:
    fields = data.draw(st.sampled_from([f for name, f in VARIANTS.items() if name != "plain"]))
    architecture = Architecture.model_validate({**TINY, **fields})
    seed = data.draw(st.integers(0, 1000))
    net = ResNet(architecture, seed=seed)
    whole: dict[str, Tensor] = {}
    parts: dict[str, dict[str, Tensor]] = {name: {} for name in net.blocks}
    for name, block in net.blocks.items():

        def watch(
            module: nn.Module, args: tuple[Tensor], output: tuple[Tensor, Tensor | None], name: str = name
        ) -> Any:
            args[0].register_hook(lambda g: whole.__setitem__(name, g))
            views = tuple(None if x is None else x.view_as(x) for x in output)
            for path, view in zip(("residual", "identity"), views, strict=True):
                if view is not None:
                    view.register_hook(lambda g, path=path: parts[name].__setitem__(path, g))
            return views

        block.fork.register_forward_hook(watch)
    images, labels = batch(architecture)
    nn.functional.cross_entropy(net(images), labels).backward()
    record = recorded(ResNet(architecture, seed=seed), images, labels)
    for name, found in parts.items():
        torch.testing.assert_close(sum(found.values()), whole[name], rtol=1e-4, atol=1e-7)
        for path in ("residual", "identity"):
            part = norm(found[path]) if path in found else None
            assert close(record.of(f"{path}_gradient_norm", name), part), (name, path)


def test_recording_changes_no_number_of_the_training() -> None:
    architecture = Architecture.model_validate(TINY)
    images, labels = batch(architecture)
    bare, watched = ResNet(architecture), ResNet(architecture)
    losses = []
    for net in (bare, watched):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        recorder = Recorder(net)
        if net is watched:
            recorder.attach()
        for _ in range(3):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(images), labels)
            loss.backward()
            optimizer.step()
            if net is watched:
                recorder.read()
            losses.append(loss.item())
    assert losses[:3] == losses[3:]
    for a, b in zip(bare.parameters(), watched.parameters(), strict=True):
        assert torch.equal(a, b)


def test_logarithmic_steps_thin_out() -> None:
    due = logarithmic(10)
    steps = [step for step in range(1001) if due(step)]
    assert steps[:5] == [0, 1, 2, 3, 4]
    assert sum(1 for step in steps if 100 < step <= 1000) == 10


def test_exact_zero_underflow_and_lost_numbers_are_told_apart() -> None:
    linear = nn.Linear(2, 2, bias=False)
    net = nn.Sequential(linear, nn.Identity())
    for factor, check in (
        (0.0, lambda v: v == 0),
        (1e-25, lambda v: math.isclose(v, 1e-25, rel_tol=1e-5)),
        (1e25, lambda v: math.isclose(v, 1e25, rel_tol=1e-5)),
        (math.inf, lambda v: not math.isfinite(v)),
    ):
        with torch.no_grad():
            linear.weight.copy_(torch.eye(2))
        with Recorder(net) as recorder:
            net(torch.full((3, 2), factor)).sum().backward()
            record = recorder.read()
        assert record is not None
        assert check(record.of("activation_rms", "1"))
        # off the diagonal infinity meets 0: all six elements are NaN or infinite
        assert record.of("nonfinite", "1") == (6 if factor == math.inf else 0)


def test_dropped_blocks_are_named() -> None:
    architecture = Architecture.model_validate({**TINY, "depths": (6, 2), "stochastic_depth": 0.9})
    net = ResNet(architecture)
    record = recorded(net, *batch(architecture))
    dropped = [name for name, block in net.blocks.items() if block.dropped]
    assert list(record.dropped) == dropped
    assert dropped
    for name in dropped:
        assert record.of("residual_rms", name) is None
        assert record.of("residual_gradient_norm", name) is None
        assert record.of("identity_gradient_norm", name) is not None


def test_patterns_that_fit_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no module has such a name"):
        Recorder(nn.Sequential(nn.Linear(2, 2)), taps="layer9.*")


def test_a_record_is_wire_data() -> None:
    architecture = Architecture.model_validate({**TINY, "skips": False})
    values = recorded(ResNet(architecture), *batch(architecture)).to_dict()
    assert set(values) == set(MEASURES)
    assert values["identity_rms"] == [None] * 3
    assert all(value == float(f"{value:.4g}") for value in values["gradient_rms"] if value is not None)
