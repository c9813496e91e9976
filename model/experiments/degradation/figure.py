"""The figure of the degradation: errors by step and by depth, or, of several rates, the loss by depth and rate."""

import math
from typing import Any

from skipscope.model.experiments.degradation.sentences import best_of
from skipscope.model.experiments.plots import Panel, Plot
from skipscope.model.show.colors import network

LAYERS = "layers"
COURSES = Panel("Error by step (faint: fewer layers)", "step", "error")
ERRORS = ("Training error", "Test error")


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    variants, names = found["variants"], [network(i, theme)[0] for i in range(len(found["variants"]))]
    has_rates = len(found["rates"]) > 1
    titles = [f"Loss of {letter} {one['label']}" for letter, one in zip(names, variants, strict=True)]
    first = [Panel(title, "rate", LAYERS) for title in titles] if has_rates else [COURSES]
    errors = [Panel(f"{title} at the best rate" if has_rates else title, LAYERS, "error") for title in ERRORS]
    plot = Plot([*first, *errors], theme, columns=2 if has_rates else 3)
    for number, one in enumerate(variants):
        if has_rates:
            plot.add(number, _heat(found, one), axes="category")
        else:
            _draw_courses(plot, number, one)
        rows = best_of(one["rows"])
        words = [f"rate {row['rate']:g}" for row in rows]
        for panel, name in enumerate(("train_error", "test_error"), len(first)):
            drawn = [(row["depth"], error) for row in rows for error in row[f"{name}s"]]
            if any(row["seeds"] > 1 for row in rows):
                plot.line(panel, number, one["label"], [x for x, _ in drawn], [y for _, y in drawn], mode="markers",
                          faint=True)  # fmt: skip
            plot.line(panel, number, one["label"], [row["depth"] for row in rows], [row[name] for row in rows],
                      words=words)  # fmt: skip
    _draw_paper(plot, len(first) + 1, found)
    return plot.to_dict()


def _draw_courses(plot: Plot, number: int, one: dict[str, Any]) -> None:
    deepest = max((each["depth"] for each in one["courses"]), default=0)
    for each in one["courses"]:
        plot.line(0, number, one["label"], each["steps"], each["errors"], mode="lines",
                  faint=each["depth"] < deepest, words=[each["label"]] * len(each["steps"]))  # fmt: skip


def _draw_paper(plot: Plot, panel: int, found: dict[str, Any]) -> None:
    paper = found["paper"]
    known = [pair for pair in zip(paper["depths"], paper["test_error"], strict=True) if pair[0] in found["depths"]]
    if known:
        x, y = [x for x, _ in known], [y for _, y in known]
        plot.curve(panel, paper["title"], x, y, hue="soft", mode="markers", hollow=True)


def _heat(found: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """Return a map of one network's losses; depths and rates stand in equal steps."""
    known = {(row["depth"], row["rate"]): row for row in one["rows"]}
    cells = [[known.get((depth, rate)) for rate in found["rates"]] for depth in found["depths"]]
    top = math.log10(max(2 * found["chance"], 1e-3))
    return {
        "type": "heatmap", "colorscale": "Viridis", "zmin": -3, "zmax": top, "showscale": False,
        "x": [f"{rate:g}" for rate in found["rates"]], "y": [str(depth) for depth in found["depths"]],
        "z": [[None if cell is None else _height(cell["loss"], top) for cell in row] for row in cells],
        "customdata": [[None if cell is None else cell["loss"] for cell in row] for row in cells],
        "text": [["" if cell is None else _said(cell["loss"]) for cell in row] for row in cells],
        "texttemplate": "%{text}", "hovertemplate": "%{y} layers, rate %{x}: loss %{text}<extra></extra>",
        "xgap": 1, "ygap": 1,
    }  # fmt: skip


def _height(loss: float | str, top: float) -> float:
    return top if isinstance(loss, str) else min(math.log10(max(loss, 1e-3)), top)


def _said(loss: float | str) -> str:
    return "not finite" if isinstance(loss, str) else f"{loss:.2g}"
