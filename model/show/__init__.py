"""The page's figures in Python, as Plotly figures: the diagram, the profile by depth, the heatmap of layers and steps.
The page's own modules draw them, run by Node; Plotly is imported when a figure is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skipscope.model.measure.record import Schema
from skipscope.model.show.checks import Range, View
from skipscope.model.show.measured import Json, Measured
from skipscope.model.show.network import Described
from skipscope.model.show.node import FiguresUnavailable, draw
from skipscope.model.show.requests import ask_diagram, ask_heatmap, ask_profile

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

__all__ = ["FiguresUnavailable", "diagram", "heatmap", "profile"]


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

    Raise ValueError for what does not fit together, FiguresUnavailable where Node or Plotly is missing.
    """
    asked = ask_diagram(
        summaries, values, quantity=quantity, batch_size=batch_size, skips=skips, width=width, height=height, view=view,
        brush=brush, span=span, scope=scope, theme=theme,
    )  # fmt: skip
    return _plotly(asked)


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

    Raise ValueError for what does not fit together, FiguresUnavailable where Node or Plotly is missing.
    """
    asked = ask_profile(
        schema, values, measure, labels=labels, span=span, width=width, height=height, theme=theme
    )  # fmt: skip
    return _plotly(asked)


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

    Raise ValueError for what does not fit together, FiguresUnavailable where Node or Plotly is missing.
    """
    asked = ask_heatmap(
        schema, records, measure, labels=labels, changes=changes, span=span, width=width, height=height, theme=theme
    )  # fmt: skip
    return _plotly(asked)


def _plotly(asked: Json) -> "PlotlyFigure":
    try:
        import plotly.graph_objects as go  # noqa: PLC0415  (a second that a server never needs)
    except ImportError as error:
        raise FiguresUnavailable("Plotly, which holds a figure, is not installed.") from error
    figure = draw(asked)
    return go.Figure({**figure, "layout": {"template": "none", **figure["layout"]}})
