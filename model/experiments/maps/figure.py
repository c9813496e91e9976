"""The figure of the maps: a row a place, with both parts of the sum and the sum on one scale, gradient and Grad-CAM."""

import math
from collections.abc import Sequence
from typing import Any

from skipscope.model.experiments.pictures import Pictures
from skipscope.model.experiments.plots import Panel
from skipscope.model.show.colors import network

COLUMNS = ("x, by the shortcut", "F(x)", "their sum", "dL/d(sum)", "Grad-CAM")
PARTS = ("shortcut", "branch", "total")
ROW_HEIGHT = 150
Pixels = Sequence[Sequence[Any]]


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    rows = [
        (f"{network(number)[0]} {one['label']}<br>{place['place']}", place)
        for number, one in enumerate(found["variants"]) for place in one["places"]
    ]  # fmt: skip
    panels = [
        Panel("" if row else title, "", "" if column else name)
        for row, (name, _) in enumerate(rows) for column, title in enumerate(COLUMNS)
    ]  # fmt: skip
    plot = Pictures(panels or [Panel("", "")], theme, columns=len(COLUMNS), row_height=ROW_HEIGHT)
    for row, (name, place) in enumerate(rows):
        first, label, image = row * len(COLUMNS), name.replace("<br>", " "), found["image"]
        if place["maps"].keys() == {"total"}:
            shown = [[None]] if image["pixels"] is None else brightness(image["pixels"])
            plot.pixels(first, label if image["pixels"] is None else f"image {image['index']}", shown, low=0, high=1)
        elif "shortcut" not in place["maps"]:
            plot.pixels(first, label, [[None]], low=0, high=1)  # a panel without any has no name
        for column, part in enumerate(PARTS):
            if part in place["maps"]:
                peak = _peak(place["peak"])
                plot.pixels(first + column, label, tiled(place["maps"][part]), low=-peak, high=peak)
        peak = _peak(place["gradient_peak"])
        plot.pixels(first + 3, label, tiled(place["gradient"]), low=-peak, high=peak)
        cam = [[_number(value) for value in line] for line in place["cam"]]
        plot.pixels(first + 4, label, cam, low=0, high=_peak(place["cam_peak"]))
    return plot.to_dict()


def tiled(channels: Sequence[Pixels]) -> list[list[float | None]]:
    """Return channels beside each other, in two rows if there are more than two, a pixel apart."""
    across = math.ceil(len(channels) / 2) if len(channels) > 2 else len(channels)
    height, width = len(channels[0]), len(channels[0][0])
    found: list[list[float | None]] = []
    for begin in range(0, len(channels), across):
        some = channels[begin : begin + across]
        if found:
            found.append([None] * (across * (width + 1) - 1))
        for line in range(height):
            row: list[float | None] = []
            for number in range(across):
                row += [None] if number else []
                row += [_number(value) for value in some[number][line]] if number < len(some) else [None] * width
            found.append(row)
    return found


def brightness(channels: Sequence[Pixels]) -> list[list[float]]:
    """Return the mean of an image's channels."""
    return [[sum(values) / len(values) for values in zip(*lines, strict=True)] for lines in zip(*channels, strict=True)]


def _number(value: Any) -> float | None:
    return None if isinstance(value, str) else value


def _peak(value: Any) -> float:
    return value if isinstance(value, int | float) and value > 0 else 1.0
