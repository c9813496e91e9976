"""The figure of the identities: how large each difference is, and both trainings' losses."""

import math
from typing import Any

from skipscope.model.experiments.plots import Panel, Plot

ZERO = -20.0
"""The place of a difference that is exactly 0."""
PANELS = (
    Panel("Relative difference: 0 to the bit is drawn at -20; open: the control", "", "log10 of the difference"),
    Panel("Loss: x + F(x) (line), x - F(x) negated (circles)", "step", "loss"),
)


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    plot = Plot(PANELS, theme)
    folds = [(one["precision"], one[kind], kind) for one in found["folds"] for kind in ("difference", "control")]
    for kind, symbol in (("difference", "circle"), ("control", "circle-open")):
        chosen = [(f"RepVGG,<br>{precision}", value) for precision, value, of in folds if of == kind]
        plot.curve(0, "RepVGG", [x for x, _ in chosen], [drawn(y) for _, y in chosen], hue="plain",
                   mode="markers", hollow=symbol != "circle", word=kind)  # fmt: skip
    for number, one in enumerate(found["variants"]):
        label, subtraction, paths = one["label"], one["subtraction"], one["paths"]
        for kind, symbol in (("difference", "circle"), ("control", "circle-open")):
            values = [("x - F(x)", subtraction[kind])] if subtraction is not None else []
            values += [(f"fold, {each['precision']}", each[kind]) for each in one["folds"] if each[kind] is not None]
            values += [("all paths", paths[kind])] if paths is not None and paths[kind] is not None else []
            plot.line(0, number, label, [x for x, _ in values], [drawn(y) for _, y in values],
                      mode="markers", symbol=symbol, words=[kind] * len(values))  # fmt: skip
        steps = list(range(len(one["losses"])))
        plot.line(1, number, label, steps, one["losses"], mode="lines", words=["x + F(x)"] * len(steps))
        if subtraction is not None:
            plot.line(1, number, label, steps, subtraction["losses"], mode="markers", symbol="circle-open",
                      words=["x - F(x)"] * len(steps))  # fmt: skip
    return plot.to_dict()


def drawn(value: float | None) -> float | None:
    """Return the place of a difference: its decimal logarithm."""
    if value is None:
        return None
    return ZERO if value == 0 else math.log10(value)
