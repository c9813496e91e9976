"""The figure of reading the trunk: accuracy and the one image's class by place, and a heatmap of the answers."""

from typing import Any

from skipscope.model.experiments.pictures import Pictures
from skipscope.model.experiments.plots import Panel

PLACE = "block (0: the stem)"
MOST_CLASSES = 12
"""Classes in a heatmap: those with the largest scores, and the image's own."""


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    own, variants = found["image"]["class"], found["variants"]
    answers = [Panel(f"{one['label']} on it: probe, then own head", PLACE, "class") for one in variants]
    panels = (
        Panel("Held-out images: probe (line), own head (diamond)", PLACE, "accuracy"),
        Panel(f"Image {found['image']['index']}: probe (line), own head (diamond)", PLACE, f"score of {own}"),
        *answers,
    )
    plot = Pictures(panels, theme, columns=2)
    shown = _shown(found)
    for number, one in enumerate(variants):
        places = one["places"]
        names, x = [place["place"] for place in places], list(range(len(places)))
        plot.line(0, number, one["label"], x, [place["probe_accuracy"] for place in places], words=names)
        heads = [place["head_accuracy"] for place in places]
        plot.line(0, number, one["label"], x, heads, mode="markers", symbol="diamond-open", words=names)
        scores = [_score(place, found["classes"].index(own)) for place in places]
        for by, mode, symbol in (("probe", "lines+markers", "circle"), ("head", "markers", "diamond-open")):
            y = [score if place["by"] == by else None for place, score in zip(places, scores, strict=True)]
            plot.line(1, number, one["label"], x, y, mode=mode, symbol=symbol, words=names)
        z = [[_score(place, row) for place in places] for row in shown]
        plot.cells(2 + number, number, one["label"], z, y=[found["classes"][row] for row in shown], low=0, high=1)
        if heads_from := next((i for i, place in enumerate(places) if place["by"] == "head"), None):
            plot.divide(2 + number, heads_from - 0.5)
    return plot.to_dict()


def _score(place: dict[str, Any], number: int) -> float | None:
    score = None if place["scores"] is None else place["scores"][number]
    return score if isinstance(score, int | float) else None


def _shown(found: dict[str, Any]) -> list[int]:
    """Return the numbers of the classes that are drawn."""
    places = [place for one in found["variants"] for place in one["places"]]

    def rank(number: int) -> tuple[bool, float]:
        scores = [score for place in places if (score := _score(place, number)) is not None]
        return found["classes"][number] == found["image"]["class"], max(scores, default=0.0)

    numbers = range(len(found["classes"]))
    return sorted(sorted(numbers, key=rank, reverse=True)[:MOST_CLASSES])
