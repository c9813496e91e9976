"""The graph, computed without a tensor, is what the built network does, layer by layer."""

from math import prod
from typing import Literal, get_args, get_origin

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from skipscope import Architecture, ResNet, build_graph, preset

SHARED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
Strategy = st.SearchStrategy[Architecture]
NO_MODULE_OF_ITS_OWN = ("fork", "junction")
VALUES: dict[str, tuple[str, ...]] = {
    name: get_args(field.annotation)
    for name, field in Architecture.model_fields.items()
    if get_origin(field.annotation) is Literal
}


def on_meta(architecture: Architecture) -> ResNet:
    with torch.device("meta"):
        return ResNet(architecture)


def images(architecture: Architecture, batch: int = 2, device: str = "cpu") -> Tensor:
    return torch.randn(batch, architecture.in_channels, *[architecture.image_size] * 2, device=device)


def leaves(net: nn.Module) -> dict[str, nn.Module]:
    return {name: module for name, module in net.named_modules() if not any(module.children())}


def assert_layers_equal_modules(architecture: Architecture) -> None:
    graph, net = build_graph(architecture), on_meta(architecture)
    seen: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def watch(name: str) -> None:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            assert name not in seen, "a module runs once"
            seen[name] = tuple(inputs[0].shape[1:]), tuple(output.shape[1:])

        net.get_submodule(name).register_forward_hook(hook)

    for layer in graph.layers:
        watch(layer.name)
    with FlopCounterMode(display=False) as counter:
        net(images(architecture, device="meta"))
    flops = {name.removeprefix("ResNet."): sum(by.values()) for name, by in counter.get_flop_counts().items()}
    for layer in graph.layers:
        module = net.get_submodule(layer.name)
        assert seen[layer.name] == (layer.input_shape, layer.output_shape), layer
        assert sum(p.numel() for p in module.parameters(recurse=False)) == layer.parameters, layer
        if layer.type in ("conv", "linear"):
            assert flops[layer.name] == 2 * 2 * layer.macs, layer
    assert counter.get_total_flops() == 2 * 2 * graph.macs
    assert sum(p.numel() for p in net.parameters()) == graph.parameters
    assert graph.parameters == sum(layer.parameters for layer in graph.layers)
    assert graph.macs == sum(layer.macs for layer in graph.layers)
    assert graph.largest_output == max(prod(layer.output_shape) for layer in graph.layers)
    listed = {layer.name for layer in graph.layers}
    assert {name for name in leaves(net) if name.rpartition(".")[2] not in NO_MODULE_OF_ITS_OWN} <= listed


@SHARED
@given(data=st.data())
def test_layers_equal_the_module_on_the_meta_device(data: st.DataObject, architectures: Strategy) -> None:
    assert_layers_equal_modules(data.draw(architectures))


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in VALUES for value in VALUES[field]])
def test_layers_equal_the_module_on_the_meta_device_for_each_value(field: str, value: str) -> None:
    # random architectures are too few to meet each value in the company of all defaults
    small = {"stem": "cifar", "depths": (2, 2), "widths": (4, 8), "stem_width": 4, "image_size": 8}
    needs = {"1x1": {"block": "bottleneck"}, "fixup": {"norm": "none"}}
    assert_layers_equal_modules(Architecture.model_validate({**small, **needs.get(value, {}), field: value}))


@pytest.mark.parametrize(
    "name", ["resnet18", "plain34", "resnext50_32x4d", "preact_resnet164", "resnet50d", "seresnet50"]
)
def test_layers_of_presets_equal_the_module_on_the_meta_device(name: str) -> None:
    assert_layers_equal_modules(preset(name))


@SHARED
@given(data=st.data())
def test_edges_follow_the_paths_and_taps_are_modules(data: st.DataObject, architectures: Strategy) -> None:
    architecture: Architecture = data.draw(architectures)
    graph, net = build_graph(architecture), on_meta(architecture)
    assert tuple(block.name for block in graph.blocks) == architecture.block_names
    assert tuple(block.skip for block in graph.blocks) == architecture.skip_of
    for block in graph.blocks:
        own = set(block.layers)
        kinds = [edge.kind for edge in graph.edges if edge.target in own]
        into_junction = [edge.kind for edge in graph.edges if edge.target == f"{block.name}.junction"]
        if block.skip:
            changed = block.input_shape != block.output_shape
            assert block.shortcut == "projection" if changed else block.shortcut in ("identity", "projection")
            assert sorted(into_junction) == sorted(["residual", block.shortcut])
        else:
            assert (block.shortcut, into_junction) == ("none", [])
            assert set(kinds) <= {"residual", "trunk"}
    ends = {layer.name: layer for layer in graph.layers}
    for tap in graph.taps:
        assert tap.name == tap.module
        net.get_submodule(tap.module)
        if tap.kind == "block":
            last = ends[next(block.layers[-1] for block in graph.blocks if block.name == tap.name)]
            assert tap.activation == (last.type == "activation")
        else:
            assert tap.activation == (ends[tap.name].type == "activation")
    assert [tap.name for tap in graph.taps if tap.kind == "block"] == list(architecture.block_names)
    assert graph.taps[-1].name == graph.weights[-1] == "fc"
    weighted = [name for name, module in net.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    assert sorted(graph.weights) == sorted(weighted)


def kept_bytes(net: nn.Module, x: Tensor) -> int:
    """Count the bytes that autograd keeps, apart from the net's own: each storage once."""
    own = {t.untyped_storage()._cdata for t in (*net.parameters(), *net.buffers())}
    kept: dict[int, Tensor] = {}

    def pack(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage()._cdata] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = net(x)
    y.sum().backward()  # nothing that it needs was changed in place
    return sum(tensor.untyped_storage().nbytes() for key, tensor in kept.items() if key not in own)


@SHARED
@given(data=st.data())
def test_activation_memory_is_what_autograd_keeps(data: st.DataObject, architectures: Strategy) -> None:
    architecture: Architecture = data.draw(architectures)
    net = ResNet(architecture)
    # what does not grow with the batch, such as batch statistics, falls out of the difference
    difference = kept_bytes(net, images(architecture, 3)) - kept_bytes(net, images(architecture, 2))
    graph = build_graph(architecture)
    assert difference == graph.activation_bytes
    assert graph.activation_bytes == sum(layer.activation_bytes for layer in graph.layers)
