"""How the networks of an experiment train, while they do: loss and error until now, with a figure each second."""

import time
from collections.abc import Iterator
from typing import Any

from skipscope.model.experiments.pace import EVERY_SECONDS
from skipscope.model.experiments.plots import Panel, Plot
from skipscope.model.jobs.events import partial
from skipscope.model.jobs.job import Event
from skipscope.model.measure.record import wire_number
from skipscope.model.train.records import StepRecord

POINT_SECONDS = 0.2
PANELS = (Panel("Loss while they train", "step", "cross-entropy"), Panel("Error on the batch", "step", "error"))


class Course:
    """The points of all networks: the first step, and then about five a second."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._steps: list[int] = []
        self._losses: dict[str, list[float | str | None]] = {label: [] for label in labels}
        self._errors: dict[str, list[float]] = {label: [] for label in labels}
        self._pointed = self._shown = float("-inf")

    @property
    def is_due(self) -> bool:
        """Return whether the next step is wanted as a point."""
        return time.monotonic() - self._pointed >= POINT_SECONDS

    def add(self, record: StepRecord) -> Iterator[Event]:
        """Add a point; yield all of them with their figure, unless they were shown lately."""
        self._pointed = time.monotonic()
        self._steps.append(record.step)
        for label, variant in zip(self._losses, record.variants, strict=True):
            self._losses[label].append(wire_number(variant.loss))
            self._errors[label].append(1 - variant.accuracy)
        if self._pointed - self._shown >= EVERY_SECONDS:
            self._shown = self._pointed
            found = self.to_dict()
            yield partial({"variants": [], "sentences": [], "training": found}, figure_of(found))

    def to_dict(self) -> list[dict[str, Any]]:
        """Return all points of each network."""
        return [
            {"label": label, "steps": [*self._steps], "loss": [*losses], "error": [*self._errors[label]]}
            for label, losses in self._losses.items()
        ]


def figure_of(found: list[dict[str, Any]], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of the points of all networks."""
    plot = Plot(PANELS, theme)
    for number, one in enumerate(found):
        mode = "lines" if len(one["steps"]) > 1 else "markers"
        plot.line(0, number, one["label"], one["steps"], one["loss"], mode=mode)
        plot.line(1, number, one["label"], one["steps"], one["error"], mode=mode)
    return plot.to_dict()
