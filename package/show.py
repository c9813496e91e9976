"""Views of networks and their figures: `skipscope.show(recorder)` in a notebook, and the page's figures as Plotly's,
`skipscope.show.diagram`, `profile` and `heatmap`. The module itself can be called."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from skipscope.model.show import FiguresUnavailable, diagram, heatmap, profile
from skipscope.model.show.showing import show as _show
from skipscope.model.show.view import View

if TYPE_CHECKING:
    from skipscope.model.describe.architecture import Architecture
    from skipscope.model.measure.record import Record
    from skipscope.model.measure.recorder import Recorder
    from skipscope.model.train.training import Training
    from skipscope.model.watch.watching import Watch

__all__ = ["FiguresUnavailable", "View", "diagram", "heatmap", "profile", "show"]


class Show(ModuleType):
    """The type of this module: a function with its figures beside it."""

    FiguresUnavailable = FiguresUnavailable
    View = View
    diagram = staticmethod(diagram)
    profile = staticmethod(profile)
    heatmap = staticmethod(heatmap)

    def __call__(
        self,
        *shown: "Recorder | Watch | Training | Record | Sequence[Record] | Mapping[str, Any] | str | Path",
        labels: Sequence[str] | None = None,
        architectures: "Architecture | Sequence[Architecture] | None" = None,
        batch_size: int | None = None,
    ) -> View:
        return _show(*shown, labels=labels, architectures=architectures, batch_size=batch_size)


Show.__call__.__doc__ = _show.__doc__
sys.modules[__name__].__class__ = Show
show = cast(Show, sys.modules[__name__])
"""This module: `from skipscope import show` is the same."""
