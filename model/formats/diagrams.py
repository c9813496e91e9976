"""A summary as a graph for Mermaid and for Graphviz; identity and residual paths are told apart by colour and line."""

from collections.abc import Iterator
from itertools import groupby

from skipscope.model.describe.graph import Layer
from skipscope.model.describe.summary import Summary
from skipscope.model.formats.csv import shape

ARROWS = {"trunk": "-->", "residual": "-->", "identity": "==>", "projection": "-.->"}
COLORS = {"trunk": "#596377", "residual": "#1f5fae", "identity": "#b4470a", "projection": "#b4470a"}
FILLS = {"trunk": "#f4f6fa", "residual": "#e3edf9", "identity": "#fbe9dd", "projection": "#fbe9dd"}
STYLES = {"trunk": "solid", "residual": "solid", "identity": "bold", "projection": "dashed"}


def mermaid(summary: Summary) -> str:
    """Write a Mermaid flowchart: thick orange arrows for identity shortcuts, dotted ones for projections."""
    lines = ["flowchart TB"]
    for stage, layers in _stages(summary):
        lines.append(f'  subgraph {stage}["{stage}"]')
        lines += [f'    {_id(layer.name)}["{_label(layer)}"]:::{layer.path}' for layer in layers]
        lines.append("  end")
    words, kinds = _words(summary), dict[str, list[str]]()
    for i, edge in enumerate(summary.graph.edges):
        kinds.setdefault(edge.kind, []).append(str(i))
        mark = f"|{words[edge.kind]}| " if edge.kind in words else ""
        lines.append(f"  {_id(edge.source)} {ARROWS[edge.kind]}{mark or ' '}{_id(edge.target)}")
    for kind, numbers in kinds.items():
        width = 4 if kind == "identity" else 2
        lines.append(f"  linkStyle {','.join(numbers)} stroke:{COLORS[kind]},stroke-width:{width}px")
    for path in dict.fromkeys(layer.path for layer in summary.graph.layers):
        lines.append(f"  classDef {path} fill:{FILLS[path]},stroke:{COLORS[path]},color:#111111")
    return "\n".join(lines) + "\n"


def dot(summary: Summary) -> str:
    """Write a Graphviz digraph: a cluster a stage; bold orange edges are identities, dashed ones projections."""
    lines = [
        f'digraph "{summary.label}" {{',
        "  rankdir=TB;",
        '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=10];',
    ]
    for stage, layers in _stages(summary):
        lines.append(f'  subgraph "cluster_{stage}" {{ label="{stage}"; color="#dfe3ec";')
        lines += [f'    "{layer.name}" [label="{_label(layer)}", {_paint(layer)}];' for layer in layers]
        lines.append("  }")
    words = _words(summary)
    for source, target, kind in summary.graph.edges:
        label = f', label="{words[kind]}"' if kind in words else ""
        lines.append(f'  "{source}" -> "{target}" [color="{COLORS[kind]}", style={STYLES[kind]}{label}];')
    return "\n".join([*lines, "}"]) + "\n"


def _stages(summary: Summary) -> Iterator[tuple[str, list[Layer]]]:
    for stage, layers in groupby(summary.graph.layers, lambda layer: layer.stage):
        yield stage, list(layers)


def _label(layer: Layer) -> str:
    kernel = f" {layer.kernel}x{layer.kernel}" if layer.type == "conv" else ""
    stride = f"/{layer.stride}" if layer.stride > 1 else ""
    short = layer.name.removeprefix(f"{layer.block}.") if layer.block else layer.name
    return f"{short}: {layer.type}{kernel}{stride}, {shape(layer.output_shape)}"


def _words(summary: Summary) -> dict[str, str]:
    """Name the shortcuts: x as it is, 1x1 where convolutions change its shape, 0 where channels of zeros do."""
    return {"identity": "x", "projection": "0" if summary.architecture.projection == "A" else "1x1"}


def _paint(layer: Layer) -> str:
    return f'color="{COLORS[layer.path]}", fillcolor="{FILLS[layer.path]}"'


def _id(name: str) -> str:
    return name.replace(".", "_")
