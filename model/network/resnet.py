"""The network of an architecture: modules made from its graph, layer by layer, under torchvision's names."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import prod
from typing import cast

import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture, ArchitectureError
from skipscope.model.describe.graph import Block as BlockEntry
from skipscope.model.describe.graph import Graph, Layer, build_graph
from skipscope.model.measure.places import Places
from skipscope.model.network.blocks import Block
from skipscope.model.network.initialisation import initialise, initialise_residual
from skipscope.model.network.layers import fill_block, make_layer

Made = list[tuple[Layer, nn.Module]]


class ResNet(nn.Module):
    """Build the network that an architecture describes; `graph` lists its layers.

    All random numbers come from one generator, made of `seed` if none is given: the same seed gives the same
    weights. Shortcuts are drawn last, so a plain net and its residual twin start alike.
    """

    def __init__(self, architecture: Architecture, generator: torch.Generator | None = None, *, seed: int = 0) -> None:
        super().__init__()
        self.generator = torch.Generator().manual_seed(seed) if generator is None else generator
        self.architecture = architecture
        self.graph: Graph = build_graph(architecture)
        self.blocks: dict[str, Block] = {}
        self._stem: list[str] = []
        self._head: list[str] = []
        made: Made = []
        entries = iter(self.graph.blocks)
        for section, layers in groupby(self.graph.layers, lambda layer: layer.block or layer.stage):
            if section in ("stem", "head"):
                made += self._fill_end(self._stem if section == "stem" else self._head, layers)
            else:
                made += self._add_block(next(entries), list(layers))
        shortcuts = ("identity", "projection")
        initialise([pair for pair in made if pair[0].path not in shortcuts], architecture, self.generator)
        initialise([pair for pair in made if pair[0].path in shortcuts], architecture, self.generator)
        initialise_residual(self, architecture, self.blocks.values())

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, [N, classes], of images, [N, C, H, W]."""
        x = self.enter_trunk(x)
        for block in self.blocks.values():
            x = block(x)
        return self.leave_trunk(x)

    def enter_trunk(self, images: Tensor) -> Tensor:
        """Return the stem's output, which is the first block's input."""
        x = images
        for name in self._stem:
            x = self._modules[name](x)  # pyright: ignore[reportOptionalCall]
        return x

    def leave_trunk(self, x: Tensor) -> Tensor:
        """Return the logits of the last block's output."""
        for name in self._head[:-1]:
            x = self._modules[name](x)  # pyright: ignore[reportOptionalCall]
        return cast("nn.Module", self.fc)(x.flatten(1))

    @property
    def stem(self) -> list[nn.Module]:
        """Return the layers before the first block, in their order."""
        return [self.get_submodule(name) for name in self._stem]

    @property
    def head(self) -> list[nn.Module]:
        """Return the layers after the last block, in their order; the last one reads its input flat."""
        return [*(self.get_submodule(name) for name in self._head[:-1]), nn.Flatten(), cast("nn.Module", self.fc)]

    def measured_places(self) -> Places:
        """Return the taps of the graph, every convolution and linear layer, and all blocks with fork and junction."""
        kinds = (nn.Linear, nn.modules.conv._ConvNd)
        weights = {name: f"{name}.weight" for name, module in self.named_modules() if isinstance(module, kinds)}
        active = frozenset(tap.module for tap in self.graph.taps if tap.activation)
        taps = tuple(tap.module for tap in self.graph.taps)
        positions = {entry.name: prod(entry.output_shape[1:]) for entry in (*self.graph.layers, *self.graph.blocks)}
        return Places(taps, weights, active, self.blocks, ordered=True, positions=positions)

    def set_skip(self, block: str, on: bool) -> list[nn.Parameter]:
        """Connect or cut the shortcut of a block, by name, and return parameters made for it.

        A cut shortcut keeps its modules, disconnected. One that was never there is made and initialised now.
        Raise ArchitectureError for a name that is no block's.
        """
        names = self.architecture.block_names
        if block not in self.blocks:
            raise ArchitectureError("block", block, f"blocks are {names[0]} to {names[-1]}", "name one of them")
        return self.set_skips([on if name == block else was for name, was in zip(names, self.skips, strict=True)])

    def set_skips(self, skips: Sequence[bool]) -> list[nn.Parameter]:
        """Connect and cut all shortcuts at once, one value a block, and return parameters made for them."""
        changed = self.architecture.replace(skips=tuple(skips))
        before, self.architecture, self.graph = self.skips, changed, build_graph(changed)
        layers = {layer.name: layer for layer in self.graph.layers}
        made: Made = []
        for entry, was in zip(self.graph.blocks, before, strict=True):
            if entry.skip != was:
                block = self.blocks[entry.name]
                block.fork.connected = entry.skip
                like = next(block.parameters())
                fresh = fill_block(block, [layers[name] for name in entry.layers], changed, self.generator)
                for _, module in fresh:
                    module.to(device=like.device, dtype=like.dtype)
                    module.train(block.training)
                made += fresh
        initialise(made, changed, self.generator)
        return [parameter for _, module in made for parameter in module.parameters()]

    def set_strength(self, block: str, strength: float) -> None:
        """Multiply the shortcut of a block by a factor from 0 to 1; 1 leaves it as it is."""
        if block not in self.blocks:
            names = self.architecture.block_names
            raise ArchitectureError("block", block, f"blocks are {names[0]} to {names[-1]}", "name one of them")
        if not 0 <= strength <= 1:
            raise ArchitectureError(
                "strength", strength, "a skip's strength lies from 0 to 1", "give a number in between"
            )
        self.blocks[block].skip_strength = strength

    @property
    def skips(self) -> tuple[bool, ...]:
        """Tell for each block whether its shortcut is connected."""
        return tuple([block.fork.connected for block in self.blocks.values()])

    def _fill_end(self, names: list[str], layers: Iterable[Layer]) -> Made:
        made: Made = []
        for layer in layers:
            parent, _, child = layer.name.rpartition(".")
            module = make_layer(layer, self.architecture, self.generator)
            made.append((layer, module))
            if parent and parent not in self._modules:
                self.add_module(parent, nn.Sequential())
                names.append(parent)
            if parent:
                cast("nn.Sequential", self._modules[parent]).add_module(child, module)
            else:
                self.add_module(layer.name, module)
                names.append(layer.name)
        return made

    def _add_block(self, entry: BlockEntry, layers: list[Layer]) -> Made:
        if entry.index == 0:
            self.add_module(entry.stage, nn.Sequential())
        a = self.architecture
        survival = 1 - (len(self.blocks) + 1) / a.num_blocks * a.stochastic_depth
        block = Block(connected=entry.skip, survival=survival, generator=self.generator)
        cast("nn.Sequential", self._modules[entry.stage]).add_module(str(entry.index), block)
        self.blocks[entry.name] = block
        return fill_block(block, layers, a, self.generator)
