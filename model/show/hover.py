"""What the diagram says of a layer or a junction that is pointed at: shapes, parameters, MACs, the measures."""

from collections.abc import Container, Sequence
from typing import Any

from skipscope.model.show.layout import BoxPlace, Junction, Layout
from skipscope.model.show.measured import DROPPED
from skipscope.model.show.network import Network
from skipscope.model.show.quantity import QUANTITIES
from skipscope.model.show.styles import Painter

Json = dict[str, Any]


def box_texts(
    layout: Layout, networks: Sequence[Network], painter: Painter | None, dropped: Sequence[Container[str]]
) -> list[str]:
    """Return what is said of each box; `dropped` names each network's blocks whose F was not computed."""
    layers = [{layer["name"]: layer for layer in network.summary["layers"]} for network in networks]
    return [
        _box(box, layers[box.variant][box.layer], networks[box.variant], painter, dropped[box.variant])
        for box in layout.boxes
    ]


def junction_texts(
    layout: Layout, networks: Sequence[Network], painter: Painter | None, dropped: Sequence[Container[str]]
) -> list[str]:
    """Return what is said of each junction."""
    return [_junction(one, networks[one.variant], painter, dropped[one.variant]) for one in layout.junctions]


def _box(box: BoxPlace, layer: Json, network: Network, painter: Painter | None, dropped: Container[str]) -> str:
    lines = [f"<b>{box.layer}</b>, {network.label}"]
    lines.append(f"{layer['type'].replace('_', ' ')}, {_shape(layer['input_shape'])} → {_shape(layer['output_shape'])}")
    if layer.get("parameters"):
        lines.append(f"{layer['parameters']:,} parameters, {layer['macs']:,} MACs")
    if layer.get("receptive_field"):
        lines.append(f"receptive field {layer['receptive_field']} px")
    value = None if painter is None else painter.value_of(box)
    if painter is not None and value is not None:
        without = DROPPED if layer["path"] == "residual" and layer["block"] in dropped else "not measured"
        lines.append(f"{QUANTITIES[painter.quantity].legend}: {painter.write(value) or without}")
    return "<br>".join(lines)


def _junction(one: Junction, network: Network, painter: Painter | None, dropped: Container[str]) -> str:
    block = network.blocks[one.block]
    lines = [f"<b>{block['name']}</b>, {network.label}"]
    lines.append("y = F(x) + shortcut" if network.skips[one.block] else "the skip is cut: y = F(x)")
    if painter is not None:
        m = painter.magnitudes[one.variant]
        without = DROPPED if block["name"] in dropped else "not measured"
        lines.append(f"F(x): {painter.write(m.branch[one.block]) or without}")
        if network.skips[one.block]:
            lines.append(f"shortcut: {painter.write(m.skip[one.block]) or 'not measured'}")
    return "<br>".join(lines)


def _shape(sizes: Sequence[int]) -> str:
    return "×".join(str(size) for size in sizes)
