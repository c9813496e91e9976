"""The page's figures in Python, as Plotly figures: the diagram with the very coordinates of the page, the profile by
depth, the heatmap of layers and steps. Plotly is imported when a figure is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skipscope.model.measure.record import Schema
from skipscope.model.show.diagrams import Drawing, diagram_data
from skipscope.model.show.drawing import Figure
from skipscope.model.show.heatmaps import heatmap_data
from skipscope.model.show.layout import View
from skipscope.model.show.measured import Json, Measured
from skipscope.model.show.network import Described
from skipscope.model.show.profiles import profile_data
from skipscope.model.show.scale import Range

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

__all__ = ["diagram", "heatmap", "profile"]


def diagram(
    summaries: Described | Sequence[Described],
    values: Measured | Sequence[Measured] | None = None,
    *,
    quantity: str = "gradient_path",
    batch_size: int | None = None,
    skips: Sequence[Sequence[bool] | None] | None = None,
    width: float = 820,
    height: float = 560,
    view: View = "paper",
    brush: tuple[int, int] | None = None,
    span: Range | None = None,
    scope: str = "common",
    theme: str = "light",
) -> "PlotlyFigure":
    """Draw one or more networks beside each other, as the page does.

    `summaries` are those of summarize(), architectures, or summaries as the API sends them; `values` a record of each:
    of a Recorder, or a variant of a step or probe as the API sends it. `quantity` is gradient_path (which needs the
    `batch_size`), weight_gradient, activation, branch_ratio or dead_units; `skips` are those of a net whose skips were
    changed after it was built, a list of booleans or None for each network. `height` grows where the networks need it.
    `view` is paper (layers in line, the shortcut an arc) or trunk (the shortcut straight). `brush` says which blocks of
    a net of more than 60 are drawn in full, (first, end). `span` is the range of colours and widths in decades, by
    default that of the numbers; `scope` common, network, stage or block. `theme` is light or dark.

    Raise ValueError for what does not fit together.
    """
    how = Drawing(quantity, batch_size, skips, width, height, view, brush, span, scope, theme)
    return _plotly(diagram_data(summaries, values, how))


def profile(
    schema: Schema | Json | Sequence[Schema | Json],
    values: Measured | Sequence[Measured],
    measure: str = "gradient_rms",
    *,
    labels: Sequence[str] | None = None,
    span: Range | None = None,
    width: float = 720,
    height: float = 360,
    theme: str = "light",
) -> "PlotlyFigure":
    """Draw a measure by depth, one line a network: the stem and each block's output, or every weight or block.

    `schema` is that of a Recorder or a record, or a variant of the schema event, or a list of them; `values` a
    record of each. `labels` name the networks where the schema does not.

    Raise ValueError for what does not fit together.
    """
    figure = profile_data(
        schema, values, measure, labels=labels, span=span, theme=theme, width=width, height=height
    )  # fmt: skip
    return _plotly(figure)


def heatmap(
    schema: Schema | Json | Sequence[Schema | Json],
    records: Sequence[Any],
    measure: str = "gradient_rms",
    *,
    labels: Sequence[str] | None = None,
    changes: Sequence[Json] = (),
    span: Range | None = None,
    width: float = 900,
    height: float = 420,
    theme: str = "light",
) -> "PlotlyFigure":
    """Draw a measure of all layers over the steps, one panel a network.

    `records` are those of one network, a list of them for each network of `schema`, or steps as the API sends them.
    `changes` are change events: each is a dotted line at its step.

    Raise ValueError for what does not fit together.
    """
    figure = heatmap_data(
        schema, records, measure, labels=labels, changes=changes, span=span, theme=theme, width=width, height=height
    )  # fmt: skip
    return _plotly(figure)


def _plotly(figure: Figure) -> "PlotlyFigure":
    import plotly.graph_objects as go  # noqa: PLC0415  (a second that a server never needs)

    return go.Figure({**figure, "layout": {"template": "none", **figure["layout"]}})
