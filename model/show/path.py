"""Paths in flow coordinates: u runs along the flow of the network, v across it. One code draws rows (u to the right)
and columns (u downwards). The page's twin is static/js/figure/path.js."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

Flow = Literal["right", "down"]
Segment = tuple[str, *tuple[float, ...]]
"""M or L with a place, C with two control points and a place."""

ROUND = 0.4477
"""How far a cubic's control points lie from its ends to draw a quarter of an ellipse."""
CURVE_STEPS = 24


class Path(NamedTuple):
    """An SVG path in page coordinates, with its length in pixels."""

    d: str
    length: float


class Rect(NamedTuple):
    """A rectangle in page coordinates."""

    x: float
    y: float
    w: float
    h: float


class Corner(NamedTuple):
    """The radii of an arc's corners."""

    along: float
    across: float


class Place(NamedTuple):
    """A place in flow coordinates."""

    u: float
    v: float


class Channel(NamedTuple):
    """The way between two rows: u where it turns out, v of the gap, u where it turns in."""

    out: float
    gap: float
    back: float


def nearest(value: float) -> int:
    """Round to an integer as JavaScript does: a half goes up."""
    low = math.floor(value)
    return low + 1 if value - low >= 0.5 else low


def rounded(value: float) -> float:
    """Round to hundredths of a pixel."""
    return nearest(value * 100) / 100


def number(value: float) -> str:
    """Write a number as JavaScript does: 84 for 84.0."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def sign(value: float) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


def point(flow: Flow, u: float, v: float) -> tuple[float, float]:
    """Return x and y."""
    return (rounded(u), rounded(v)) if flow == "right" else (rounded(v), rounded(u))


def rect(flow: Flow, u: float, v: float, along: float, across: float) -> Rect:
    """Make a rectangle from its start and its extent in flow coordinates."""
    return Rect(*point(flow, u, v), *point(flow, along, across))


def path(flow: Flow, segments: Sequence[Segment]) -> Path:
    """Make a path from segments."""
    parts: list[str] = []
    length = u = v = 0.0
    for command, *numbers in segments:
        pairs = [point(flow, a, b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        parts.append(command + " ".join(f"{number(x)},{number(y)}" for x, y in pairs))
        end_u, end_v = numbers[-2:]
        if command == "L":
            length += math.hypot(end_u - u, end_v - v)
        elif command == "C":
            length += _curve_length([u, v, *numbers])
        u, v = end_u, end_v
    return Path(" ".join(parts), rounded(length))


def _curve_length(c: Sequence[float]) -> float:
    """Measure a cubic, given as start, two control points and end."""
    length, x, y = 0.0, c[0], c[1]
    for i in range(1, CURVE_STEPS + 1):
        t = i / CURVE_STEPS
        s = 1 - t
        weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
        next_x = sum(w * c[2 * k] for k, w in enumerate(weights))
        next_y = sum(w * c[2 * k + 1] for k, w in enumerate(weights))
        length += math.hypot(next_x - x, next_y - y)
        x, y = next_x, next_y
    return length


def arc(flow: Flow, begin: Place, end: float, *, reach: float, stop: float, corner: Corner) -> Path:
    """Draw an arc from a place of the trunk to another, at `end` of the flow: out, along, back.

    `reach` is the signed distance of the far side from the trunk; it ends `stop` from the trunk, at the junction's rim.
    """
    begin_u, v = begin
    side = sign(reach)
    across = side * min(corner.across, abs(reach) - stop)
    along = min(corner.along, (end - begin_u) / 2)
    far = v + reach
    return path(
        flow,
        [
            ("M", begin_u, v),
            ("L", begin_u, far - across),
            ("C", begin_u, far - across * ROUND, begin_u + along * ROUND, far, begin_u + along, far),
            ("L", end - along, far),
            ("C", end - along * ROUND, far, end, far - across * ROUND, end, far - across),
            ("L", end, v + side * stop),
        ],
    )


def snake(flow: Flow, begin: Place, end: Place, channel: Channel) -> Path:
    """Draw the way from the end of one row to the start of the next through the gap between them."""
    out, gap, back = channel
    r = max(
        0,
        min(6, (out - begin.u) / 2, abs(gap - begin.v) / 2, (end.u - back) / 2, abs(end.v - gap) / 2),
    )
    k = r * ROUND
    return path(
        flow,
        [
            ("M", begin.u, begin.v),
            ("L", out - r, begin.v),
            ("C", out - k, begin.v, out, begin.v + k, out, begin.v + r),
            ("L", out, gap - r),
            ("C", out, gap - k, out - k, gap, out - r, gap),
            ("L", back + r, gap),
            ("C", back + k, gap, back, gap + k, back, gap + r),
            ("L", back, end.v - r),
            ("C", back, end.v - k, back + k, end.v, back + r, end.v),
            ("L", end.u, end.v),
        ],
    )
