"""Experiments in one's own program: each runs to its end and returns its result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skipscope.model.experiments import lesionfigure, pathfigure
from skipscope.model.experiments.kinds import LESIONS, PATHS, LesionsRequest, PathsRequest
from skipscope.model.jobs.kind import Kind, starter

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an experiment: `data` as the API sends it, a sentence for each network, and the figure."""

    data: dict[str, Any]
    _figure_of: Callable[[dict[str, Any], str], dict[str, Any]]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return a sentence for each network, with its numbers."""
        return tuple(self.data["sentences"])

    def figure(self, theme: str = "light") -> "Figure":
        """Return the figure for plotly.py, which the extra `server` or `notebook` brings."""
        from plotly.graph_objects import Figure  # noqa: PLC0415  (an extra brings it)

        return Figure(self._figure_of(self.data, theme))


def paths(request: PathsRequest | None = None, /, **fields: Any) -> Result:
    """Measure the gradients of single paths, by length (Veit et al. 2016); fields are those of PathsRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return Result(_run(PATHS, request or PathsRequest.model_validate(fields)), pathfigure.figure_of)


def lesions(request: LesionsRequest | None = None, /, **fields: Any) -> Result:
    """Delete blocks and swap them (Veit et al. 2016); fields are those of LesionsRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return Result(_run(LESIONS, request or LesionsRequest.model_validate(fields)), lesionfigure.figure_of)


def _run(kind: Kind[Any], request: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in starter(kind.start)(request, None).events:
        if event is not None and event.kind == "result":
            found = dict(event.data["result"])
    return found
