"""From a magnitude to colour, width and text. The page's twin is static/js/figure/scale.js.

Numbers come as log10 with three codes: -inf is an exact zero, inf is not finite, NaN was not measured. None of the
three is ever the low end of a ramp.
"""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from skipscope.model.show.palette import Hue, Theme
from skipscope.model.show.path import nearest, number, rounded

Range = tuple[float, float]
"""Decades, low and high."""

RAMPS: dict[Theme, dict[Hue, tuple[str, ...]]] = {
    "light": {
        "identity": ("#fbe3cb", "#f6b678", "#ea7d25", "#bd4a08", "#7d2a05"),
        "residual": ("#dbe7f7", "#a5c6ee", "#5b9ae0", "#2262b5", "#0c3577"),
        "plain": ("#e9e6ed", "#c8c2d0", "#9a92a6", "#655d72", "#332b3f"),
    },
    "dark": {
        "identity": ("#3a2717", "#7a4516", "#bd6a17", "#f09a3c", "#ffd49a"),
        "residual": ("#17283f", "#1f4a80", "#2f73c0", "#63a6f2", "#9ccaff"),
        "plain": ("#292630", "#4a4553", "#7d768a", "#b0a9bc", "#e9e4f0"),
    },
}
"""From faint to strong; lightness changes evenly, so that they read without hue."""
SPECIAL: dict[Theme, dict[str, str]] = {
    "light": {"zero": "#d8b400", "lost": "#b3001e", "none": "#9aa3b5"},
    "dark": {"zero": "#f0d848", "lost": "#ff4a3d", "none": "#6a7385"},
}
DASHES = {"zero": "1px,4px", "lost": "7px,3px,1px,3px"}
WIDTHS = (1.3, 6)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
THREE = Context(prec=3, rounding=ROUND_HALF_UP)
TWO = Context(prec=2, rounding=ROUND_HALF_UP)


class MagnitudeStyle(NamedTuple):
    """How a line of a magnitude is drawn."""

    color: str
    width: float
    dash: str


def magnitude_style(hue: Hue, log: float, span: Range, theme: Theme) -> MagnitudeStyle:
    """Style a line or a cell by its magnitude: log10 or one of the three codes."""
    if math.isnan(log):
        return MagnitudeStyle(SPECIAL[theme]["none"], WIDTHS[0], "solid")
    if log == -math.inf:
        return MagnitudeStyle(SPECIAL[theme]["zero"], WIDTHS[0], DASHES["zero"])
    if log == math.inf:
        return MagnitudeStyle(SPECIAL[theme]["lost"], 2.4, DASHES["lost"])
    share = share_of(log, span)
    width = WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0])
    return MagnitudeStyle(ramp_color(hue, share, theme), rounded(width), "solid")


def share_of(value: float, span: Range) -> float:
    """Say where a number lies in a range, 0 to 1."""
    low, high = span
    return min(1, max(0, (value - low) / max(1e-9, high - low)))


def ramp_color(hue: Hue, share: float, theme: Theme) -> str:
    """Return a ramp's colour as #rrggbb."""
    stops = RAMPS[theme][hue]
    at = share * (len(stops) - 1)
    i = min(len(stops) - 2, math.floor(at))
    mix = at - i
    channels = [
        (int(stops[i][start : start + 2], 16), int(stops[i + 1][start : start + 2], 16)) for start in (1, 3, 5)
    ]  # fmt: skip
    return "#" + "".join(f"{nearest(low + (high - low) * mix):02x}" for low, high in channels)


def color_scale(hue: Hue, theme: Theme) -> list[tuple[float, str]]:
    """Return a ramp as Plotly's colorscale."""
    stops = RAMPS[theme][hue]
    return [(i / (len(stops) - 1), color) for i, color in enumerate(stops)]


def format_number(value: float) -> str:
    """Write a number with two to three significant digits and true superscripts: 0.0123, 4.57, 2.1×10⁻⁹."""
    if math.isnan(value):
        return "—"
    if value == 0:
        return "0"
    if math.isinf(value):
        return "not finite"
    if 1e-3 <= abs(value) < 1e4:
        return number(float(THREE.create_decimal(Decimal(value))))
    digits, power = f"{TWO.create_decimal(Decimal(value)):.1e}".split("e")
    return f"{digits.removesuffix('.0')}×10{superscript(int(power))}"


def format_decade(power: int) -> str:
    """Write a power of ten: 10⁻⁶, and 1 for 10⁰."""
    return f"10{superscript(power)}" if power else "1"


def superscript(power: int) -> str:
    """Write a number as a superscript."""
    return str(power).translate(SUPERSCRIPTS)


def decade_range(logs: Iterable[float], trim: float = 0.05) -> Range | None:
    """Return a range in whole decades, `trim` left out at each end, of at least one; None where nothing is finite."""
    ordered = sorted(filter(math.isfinite, logs))
    if not ordered:
        return None
    low = math.floor(ordered[nearest(trim * (len(ordered) - 1))])
    return low, max(low + 1, math.ceil(ordered[nearest((1 - trim) * (len(ordered) - 1))]))


def decade_ticks(span: Range, most: int = 6) -> tuple[list[int], list[str]]:
    """Return ticks at whole decades, about `most` of them, and their texts."""
    low, high = span
    step = max(1, math.ceil((high - low) / most))
    values = list(range(math.ceil(low / step) * step, math.floor(high) + 1, step))
    return values, [format_decade(value) for value in values]


def log10(value: float) -> float:
    """Return log10, with the codes: -inf for zero, inf for what is not finite, NaN for what was not measured."""
    if math.isnan(value) or value < 0:
        return math.nan
    return -math.inf if value == 0 else math.log10(value)
