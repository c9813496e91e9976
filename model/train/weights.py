"""The networks of a training as bytes, and back: weights under torchvision's names in safetensors, a document each,
with the description of the network that they are of."""

import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from safetensors import torch as safetensors
from torch import Tensor

from skipscope.model.describe.architecture import Architecture
from skipscope.model.formats.tensors import OWN, documents
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.variant import Variant


class Weights(NamedTuple):
    """One network: its name, its architecture and the factors on its shortcuts as they are, its step, its tensors."""

    label: str
    architecture: Architecture
    strength: tuple[float, ...]
    step: int
    tensors: dict[str, Tensor]

    def build(self) -> ResNet:
        """Return the network, on the CPU."""
        net = ResNet(self.architecture)
        net.load_state_dict(self.tensors)
        for block, strength in zip(net.blocks, self.strength, strict=True):
            net.set_strength(block, strength)
        return net


def save(variants: Sequence[Variant[Any]], step: int) -> bytes:
    """Return the networks before a step."""
    return save_nets([variant.label for variant in variants], [variant.net for variant in variants], step)


def save_nets(labels: Sequence[str], nets: Sequence[ResNet], step: int) -> bytes:
    """Return networks before a step, by their names."""
    return b"".join(_document(label, net, step) for label, net in zip(labels, nets, strict=True))


def load(data: bytes) -> list[Weights]:
    """Return the networks that `save` wrote."""
    found: list[Weights] = []
    for document in documents(io.BytesIO(data)):
        about = json.loads(document.about)
        architecture = Architecture.model_validate(about["architecture"])
        tensors = safetensors.load(data[document.start : document.end])
        found.append(Weights(about["label"], architecture, tuple(about["strength"]), about["step"], tensors))
    return found


def _document(label: str, net: ResNet, step: int) -> bytes:
    about = {
        "label": label, "architecture": net.architecture.model_dump(mode="json"),
        "strength": [block.skip_strength for block in net.blocks.values()], "step": step,
    }  # fmt: skip
    return safetensors.save(_tensors_of(net), {"format": "pt", OWN: json.dumps(about)})


def _tensors_of(net: ResNet) -> dict[str, Tensor]:
    """Return the state of the network's layers; a shortcut that was cut while it trained has some that are none."""
    layers = {layer.name for layer in net.graph.layers}
    state: dict[str, Tensor] = net.state_dict()
    return {name: value.cpu().contiguous() for name, value in state.items() if name.rpartition(".")[0] in layers}
