"""The diagram of one or more networks, as plain data: what the page draws, with a legend and hover texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipscope.model.show.drawing import Figure, draw
from skipscope.model.show.geometry import lay_out
from skipscope.model.show.hover import box_texts, junction_texts
from skipscope.model.show.layout import Asked, Brush, View
from skipscope.model.show.legend import add_legend
from skipscope.model.show.measured import Measured, decode, dropped_of, precision_of
from skipscope.model.show.net import describe
from skipscope.model.show.network import Described, Network, listed, networks_of
from skipscope.model.show.palette import PALETTES, Theme, check_theme
from skipscope.model.show.quantity import check_quantity, magnitudes_of
from skipscope.model.show.ranges import check_range, check_scope, common_range, local_ranges
from skipscope.model.show.scale import Range
from skipscope.model.show.strips import strip_trace, window_shapes
from skipscope.model.show.styles import Painter, bare_styles

VIEWS: tuple[View, ...] = ("paper", "trunk")
LEAST_WIDTH, LEAST_HEIGHT, MOST = 280, 200, 10_000


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a diagram is drawn; skipscope.show.diagram tells what each field means."""

    quantity: str = "gradient_path"
    batch_size: int | None = None
    skips: Sequence[Sequence[bool] | None] | None = None
    width: float = 820
    height: float = 560
    view: View = "paper"
    brush: tuple[int, int] | None = None
    span: Range | None = None
    scope: str = "common"
    theme: str = "light"


def diagram_data(
    summaries: Described | Sequence[Described], values: Measured | Sequence[Measured] | None, how: Drawing
) -> Figure:
    """Return the figure; raise ValueError for what does not fit."""
    theme, networks = check_theme(how.theme), networks_of(summaries, how.skips)
    nets = tuple(describe(one.summary, one.label) for one in networks)
    layout = lay_out(Asked(nets, *_size(how), _view(how.view), _brush(how.brush)))
    painter = None if values is None else _painter(networks, listed(values), how, theme)
    styles = bare_styles(layout, networks, theme) if painter is None else painter.paint(layout)
    figure = draw(layout, styles, theme)
    boxes, junctions = figure["data"][0], figure["data"][2]
    dropped = [frozenset[str]() for _ in networks] if values is None else [dropped_of(one) for one in listed(values)]
    boxes |= {"hovertext": box_texts(layout, networks, painter, dropped), "hoverinfo": "text"}
    junctions |= {"hovertext": junction_texts(layout, networks, painter, dropped), "hoverinfo": "text"}
    figure["layout"] |= {"paper_bgcolor": PALETTES[theme].paper, "dragmode": "pan"}
    if layout.strips:
        figure["data"].append(strip_trace(layout, networks, theme, painter))
        figure["layout"]["shapes"] += window_shapes(layout, theme)
    add_legend(figure, layout, theme, painter, [] if values is None else [precision_of(one) for one in listed(values)])
    return figure


def _painter(networks: Sequence[Network], values: Sequence[Measured], how: Drawing, theme: Theme) -> Painter:
    quantity, scope = check_quantity(how.quantity), check_scope(how.scope)
    if len(values) != len(networks):
        raise ValueError(f"values: {len(values)} for {len(networks)} networks. Give one a network, in their order.")
    if quantity == "gradient_path" and how.batch_size is None:
        raise ValueError(
            "batch_size: the RMS of a path's gradient is its L2 norm over the root of how many numbers a batch has. "
            "Give the batch size of the step, or another quantity."
        )
    if how.batch_size is not None and how.batch_size < 1:
        raise ValueError(f"batch_size={how.batch_size}: at least 1. Give the batch size of the step.")
    columns = [decode(one, net.schema) for one, net in zip(values, networks, strict=True)]
    magnitudes = [
        magnitudes_of(quantity, net, one, how.batch_size or 1) for net, one in zip(networks, columns, strict=True)
    ]
    span = check_range(how.span) or common_range(quantity, magnitudes)
    return Painter(networks, magnitudes, quantity, span, local_ranges(scope, quantity, networks, magnitudes), theme)


def _size(how: Drawing) -> tuple[float, float]:
    for name, value, least in (("width", how.width, LEAST_WIDTH), ("height", how.height, LEAST_HEIGHT)):
        if not least <= value <= MOST:
            raise ValueError(f"{name}={value}: {least} to {MOST} pixels. Give a {name} between them.")
    return how.width, how.height


def _view(view: str) -> View:
    for known in VIEWS:
        if view == known:
            return known
    raise ValueError(f"view={view!r}: there is no such view. Give paper or trunk.")


def _brush(brush: tuple[int, int] | None) -> Brush | None:
    if brush is None:
        return None
    first, end = brush
    if not 0 <= first < end:
        raise ValueError(f"brush={brush!r}: the first block, from 0, and the one after the last. Give (0, 12).")
    return Brush(first, end)
