"""A summary as a table to read: layers in order, blocks and stages set apart, totals below."""

from textwrap import wrap

from skipscope.model.describe.graph import Layer
from skipscope.model.describe.summary import Summary

HEAD = ("layer", "kind", "output", "parameters", "MACs", "field")
WIDTH = 100
PATHS = {"residual": "F", "identity": "x", "projection": "x", "trunk": " "}


def write(summary: Summary) -> str:
    """Write the table; the mark before a layer says its path: F the residual branch, x the shortcut."""
    rows: list[tuple[str, ...] | None] = []
    last: str | None = None
    for layer in summary.graph.layers:
        if layer.stage != last:
            rows += [None, _stage_row(summary, layer.stage)]
            last = layer.stage
        rows.append(_row(layer))
    widths = [max(len(row[i]) for row in [HEAD, *(r for r in rows if r is not None)]) for i in range(len(HEAD))]
    width = sum(widths) + 2 * (len(widths) - 1)
    lines = [_title(summary), *_legend(summary), "", _join(HEAD, widths), "─" * width]
    lines += ["" if row is None else _join(row, widths).rstrip() for row in rows[1:]]
    lines += ["─" * width, *_totals(summary)]
    return "\n".join(lines) + "\n"


def _title(summary: Summary) -> str:
    a = summary.architecture
    name = f" ({summary.name})" if summary.name else ""
    return f"{summary.label}{name}, {a.in_channels}x{a.image_size}x{a.image_size} images, {a.num_classes} classes"


def _legend(summary: Summary) -> list[str]:
    """Say what the marks mean, where there are any, and where the figures of a stage stand."""
    marks = "F: residual branch; x: shortcut; " if any(summary.architecture.skip_of) else "F: branch; "
    return [f"{marks}field: receptive field in pixels; a stage's line has its totals"]


def _stage_row(summary: Summary, stage: str) -> tuple[str, ...]:
    """Head a stage with what it has, its output and its totals."""
    layers = [layer for layer in summary.graph.layers if layer.stage == stage]
    parameters, macs = sum(layer.parameters for layer in layers), sum(layer.macs for layer in layers)
    out = " x ".join(str(size) for size in layers[-1].output_shape)
    return (_stage_title(summary, stage), "", out, f"{parameters:,}", f"{macs:,}" if macs else "", "")


def _stage_title(summary: Summary, stage: str) -> str:
    blocks = [block for block in summary.graph.blocks if block.stage == stage]
    if not blocks:
        return stage
    cut = sum(not block.skip for block in blocks)
    skips = "" if cut == 0 else ", no skips" if cut == len(blocks) else f", {cut} skips cut"
    return f"{stage}: {len(blocks)} block{'s' * (len(blocks) > 1)}{skips}"


def _row(layer: Layer) -> tuple[str, ...]:
    name = f"  {PATHS[layer.path]} {layer.name}"
    return (
        name,
        _kind(layer),
        " x ".join(str(size) for size in layer.output_shape),
        f"{layer.parameters:,}" if layer.parameters else "",
        f"{layer.macs:,}" if layer.macs else "",
        str(layer.receptive_field),
    )


def _kind(layer: Layer) -> str:
    if layer.type not in ("conv", "max_pool", "avg_pool"):
        return layer.type
    words = f"{layer.type} {layer.kernel}x{layer.kernel}"
    words += f"/{layer.stride}" if layer.stride > 1 else ""
    return words + (f" in {layer.groups} groups" if layer.groups > 1 else "")


def _join(row: tuple[str, ...], widths: list[int]) -> str:
    left = 3
    cells = [cell.ljust(w) if i < left else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
    return "  ".join(cells)


def _totals(summary: Summary) -> list[str]:
    totals = summary.totals
    rows = [
        ("parameters", f"{totals['parameters']:,}"),
        ("MACs an image", f"{totals['macs']:,}"),
        ("weighted layers", f"{totals['depth']:,}"),
        ("blocks", f"{totals['blocks']:,}"),
        ("paths", _paths(totals["paths"])),
        ("receptive field", f"{totals['receptive_field']:,} pixels"),
        ("parameters' memory", _size(totals["parameter_bytes"])),
        ("activations' memory", f"{_size(totals['activation_bytes'])} an image, kept for the backward pass"),
    ]
    lines = [f"{name:<20} {value}" for name, value in rows]
    return [*lines, *(line for note in summary.notes for line in wrap(f"Note: {note}", WIDTH))]


def _paths(paths: str) -> str:
    exponent = int(paths).bit_length() - 1
    return f"2^{exponent}" + (f" = {int(paths):,}" if len(paths) < 13 else "")


def _size(num_bytes: int) -> str:
    """Write bytes in binary units, three digits."""
    value = float(num_bytes)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.3g} {unit}"
        value /= 1024
    return f"{value:.3g} GiB"
