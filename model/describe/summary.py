"""The summary of an architecture: totals, layers and graph as plain data, for API, page and command line."""

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, overload

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import Graph, build_graph
from skipscope.model.describe.names import label
from skipscope.model.describe.presets import find, stated

if TYPE_CHECKING:
    from torch import nn

    from skipscope.model.measure.outline import Outline


class Totals(TypedDict):
    """Size and cost of a whole net. Bytes are those of float32; `activation_bytes` are a sample's."""

    parameters: int
    macs: int
    depth: int
    blocks: int
    paths: str
    activation_bytes: int
    parameter_bytes: int
    receptive_field: int


class Summary:
    """An architecture with its graph and totals."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.graph: Graph = build_graph(architecture)

    @cached_property
    def totals(self) -> Totals:
        """Give the figures of the whole net."""
        graph = self.graph
        return {
            "parameters": graph.parameters,
            "macs": graph.macs,
            "depth": graph.depth,
            "blocks": len(graph.blocks),
            "paths": str(1 << sum(self.architecture.skip_of)),
            "activation_bytes": graph.activation_bytes,
            "parameter_bytes": 4 * graph.parameters,
            "receptive_field": graph.receptive_field,
        }

    @property
    def name(self) -> str | None:
        """Give the preset's name, where it is one."""
        known = find(self.architecture)
        return known.name if known else None

    @property
    def label(self) -> str:
        """Give the name for people."""
        return label(self.architecture)

    @property
    def size_note(self) -> str | None:
        """Name the stages whose maps are of one pixel, on which a 3x3 convolution sees no neighbour."""
        small = [block.stage for block in self.graph.blocks if block.output_shape[1:] == (1, 1)]
        stages = list(dict.fromkeys(small))
        if not stages:
            return None
        named = stages[0] if len(stages) == 1 else f"{', '.join(stages[:-1])} and {stages[-1]}"
        size = self.architecture.image_size
        return (
            f"On {size}x{size} images the maps of {named} are 1x1: a 3x3 convolution sees no neighbour there. "
            "Give larger images."
        )

    @property
    def notes(self) -> list[str]:
        """Say where figures depart from what a reader may expect."""
        a, notes = self.architecture, list[str]()
        if a.block == "bottleneck" and a.bottleneck_stride == "3x3":
            notes.append(
                "The stride of a bottleneck is on its 3x3 convolution, as in torchvision; He et al. 2015 put it on the "
                "first 1x1, with the same parameters and fewer MACs (bottleneck_stride=1x1)."
            )
        return notes if self.size_note is None else [*notes, self.size_note]

    def to_dict(self, *, edges: bool = True) -> dict[str, Any]:
        """Return the summary as JSON data; without `edges`, also without nodes, which say the layers again."""
        graph = self.graph
        layers = [layer._asdict() for layer in graph.layers]
        arrows = {"nodes": layers, "edges": [edge._asdict() for edge in graph.edges]} if edges else {}
        return {
            "name": self.name,
            "label": self.label,
            "architecture": self.architecture.model_dump(mode="json"),
            "stated": stated(self.architecture),
            "totals": self.totals,
            "notes": self.notes,
            "size_note": self.size_note,
            "layers": layers,
            "graph": {
                **arrows,
                "blocks": [block.to_dict() for block in graph.blocks],
                "taps": [tap._asdict() for tap in graph.taps],
                "weights": list(graph.weights),
            },
        }


@overload
def summarize(described: Architecture) -> Summary: ...
@overload
def summarize(described: "nn.Module", *inputs: Any, **named: Any) -> "Outline": ...
def summarize(described: "Architecture | nn.Module", *inputs: Any, **named: Any) -> "Summary | Outline":
    """Summarise an architecture without building it: in plain Python, in well under a millisecond for usual depths.

    Of any other network, a torch.nn.Module, return its outline: a table of its layers. With inputs it makes a forward
    pass, and stands in its order, with outputs and MACs. Raise ValueError for what is neither.
    """
    if isinstance(described, Architecture):
        return Summary(described)
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(described, torch.nn.Module):
        raise ValueError(
            f"described={described!r}: neither an Architecture nor a network. "
            "Give preset('resnet20') or a torch.nn.Module."
        )
    from skipscope.model.measure.outline import Outline  # noqa: PLC0415  (an architecture alone needs no torch)

    return Outline(described, *inputs, **named)
