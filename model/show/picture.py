"""The measured numbers of a view as an SVG, drawn without a browser: a measure by depth at the newest step, and the
loss over the steps if it is known. Nothing is drawn that was not measured."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from skipscope.model.measure.record import number_of
from skipscope.model.show.colors import network, palette
from skipscope.model.show.timeline import Timeline

WIDTH, HEIGHT = 820, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 48, 40
MOST_POINTS = 400
EDGE = 0.08
"""So much of a panel's height, above and below, is left free."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
Curve = Sequence[tuple[float, float | None]]


def draw(timeline: Timeline) -> str:
    """Return the SVG."""
    title, said = title_of(timeline), words_of(timeline)
    body = _words("Nothing is recorded yet.") if not timeline.latest else "".join(_panels(timeline))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{escape(said, quote=True)}" font-family="{FONT}" font-size="11">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="{palette()["paper"]}"/>{body}</svg>'
    )


def title_of(timeline: Timeline) -> str:
    """Name what is shown: networks and step."""
    labels = " and ".join(subject.label for subject in timeline.subjects)
    return f"{labels}, step {timeline.latest['step']}" if timeline.latest else labels


def words_of(timeline: Timeline) -> str:
    """Say what the picture shows, for those who do not see it: the ends of each line, and the loss."""
    if not timeline.latest:
        return f"{title_of(timeline)}: nothing is recorded yet."
    told: list[str] = []
    for names, variant in zip(timeline.schema["variants"], timeline.latest["variants"], strict=True):
        numbers = zip(places_of(names), numbers_of(names, variant, "gradient_rms"), strict=True)
        known = [f"{number:.3g} at {place}" for place, number in numbers if number is not None]
        ends = f"∂L/∂x RMS {', '.join([known[0], known[-1]])}" if known else "no gradient was measured"
        loss = "" if variant["loss"] is None else f", loss {variant['loss']}"
        told.append(f"{names['label']}: {ends}{loss}.")
    return " ".join([f"{title_of(timeline)}.", *told])


def places_of(names: Mapping[str, Any]) -> list[str]:
    """Return the places of a network along its depth: its blocks' outputs, or all taps of one without blocks."""
    taps, blocks = names["taps"], set(names["blocks"])
    return [tap for tap in taps if tap in blocks] or list(taps)


def numbers_of(names: Mapping[str, Any], variant: Mapping[str, Any], measure: str) -> list[float | None]:
    """Return the numbers of a measure at these places; None where none was measured."""
    column = dict(zip(names["taps"], variant["values"][measure], strict=True))
    found = [column[place] for place in places_of(names)]
    return [None if one is None else number_of(one) for one in found]


def _panels(timeline: Timeline) -> list[str]:
    variants = list(zip(timeline.schema["variants"], timeline.latest["variants"], strict=True))
    curves = [list(enumerate(numbers_of(*one, "gradient_rms"))) for one in variants]
    has_losses = any(not math.isnan(loss) for _, losses in timeline.losses for loss in losses)
    middle = WIDTH if not has_losses else WIDTH * 2 // 3
    parts = [_legend(timeline), *_panel("∂L/∂x by depth, RMS", curves, 0, middle, "depth, from the input", log=True)]
    if has_losses:
        every = max(1, len(timeline.losses) // MOST_POINTS)
        kept = [*timeline.losses[::every], timeline.losses[-1]]
        losses = [[(step, None if math.isnan(own[v]) else own[v]) for step, own in kept] for v in range(len(variants))]
        parts += _panel("loss", losses, middle, WIDTH, "step", log=False)
    return parts


def _legend(timeline: Timeline) -> str:
    parts: list[str] = []
    x = LEFT
    for number, subject in enumerate(timeline.subjects):
        letter, color, dash = network(number)
        parts.append(
            f'<line x1="{x}" x2="{x + 22}" y1="16" y2="16" stroke="{color}" stroke-width="2"{_dashed(dash)}/>'
            f'<text x="{x + 28}" y="20" fill="{palette()["ink"]}" font-weight="600">{letter} '
            f"{escape(subject.label)}</text>"
        )
        x += 52 + 7 * len(subject.label)
    said = f"step {timeline.latest['step']}"
    parts.append(f'<text x="{WIDTH - RIGHT}" y="20" text-anchor="end" fill="{palette()["soft"]}">{said}</text>')
    return "".join(parts)


def _panel(title: str, curves: Sequence[Curve], left: float, right: float, axis: str, *, log: bool) -> list[str]:
    x0, x1, y0, y1 = left + LEFT, right - RIGHT, HEIGHT - BOTTOM, TOP
    points = [[(x, y) for x, y in curve if _is_drawn(y, log=log)] for curve in curves]
    values = [_coded(y, log=log) for curve in points for _, y in curve if y is not None]
    soft, grid = palette()["soft"], palette()["grid"]
    parts = [
        f'<text x="{x0}" y="{TOP - 10}" fill="{palette()["ink"]}" font-weight="600">{title}</text>',
        f'<text x="{(x0 + x1) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle" fill="{soft}">{axis}</text>',
    ]
    if not values:
        return [*parts, _words("No number is finite and above 0.", (x0 + x1) / 2)]
    low, high = (math.floor(min(values)), math.ceil(max(values))) if log else (0.0, max(values))
    if low >= high:
        high = low + 1
    ends = [x for curve in curves for x, _ in curve]
    begin, end = min(ends), max(*ends, min(ends) + 1)

    def at(x: float, y: float) -> tuple[float, float]:
        share = EDGE + (1 - 2 * EDGE) * (_coded(y, log=log) - low) / (high - low)
        return x0 + (x - begin) / (end - begin) * (x1 - x0), y0 - share * (y0 - y1)

    for tick in _ticks(low, high, log=log):
        _, y = at(begin, tick)
        parts.append(
            f'<line x1="{x0}" x2="{x1:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{grid}"/>'
            f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{soft}">{_tick(tick, log=log)}</text>'
        )
    for place, anchor in ((begin, "start"), (end, "end")):
        x, _ = at(place, 10**low if log else low)
        parts.append(f'<text x="{x:.0f}" y="{y0 + 14}" text-anchor="{anchor}" fill="{soft}">{place:g}</text>')
    for number, curve in enumerate(curves):
        parts += _line(number, curve, at, log=log)
    return parts


def _line(number: int, curve: Curve, at: Any, *, log: bool) -> list[str]:
    """Return a line with a gap where nothing was measured; an exact zero is an open mark at the low edge, a number
    that is not finite a cross at the high edge."""
    _, color, dash = network(number)
    runs: list[list[str]] = [[]]
    marks: list[str] = []
    for x, y in curve:
        if y is None or not _is_drawn(y, log=log):
            runs.append([])
            marks += [] if y is None else [_mark(at(x, 1)[0], color, is_zero=y == 0)]
            continue
        px, py = at(x, y)
        runs[-1].append(f"{px:.1f},{py:.1f}")
    style = f'fill="none" stroke="{color}" stroke-width="1.8"{_dashed(dash)}'
    lines = [f'<polyline points="{" ".join(run)}" {style}/>' for run in runs if len(run) > 1]
    alone = [run[0].split(",") for run in runs if len(run) == 1]
    return [*lines, *marks, *(f'<circle cx="{x}" cy="{y}" r="2.4" fill="{color}"/>' for x, y in alone)]


def _mark(x: float, color: str, *, is_zero: bool) -> str:
    if is_zero:
        return f'<circle cx="{x:.1f}" cy="{HEIGHT - BOTTOM}" r="2.8" fill="none" stroke="{color}"/>'
    return f'<text x="{x:.1f}" y="{TOP + 6}" text-anchor="middle" fill="{color}">×</text>'


def _dashed(dash: str) -> str:
    return "" if dash == "solid" else f' stroke-dasharray="{dash.replace("px", "")}"'


def _is_drawn(y: float | None, *, log: bool) -> bool:
    return y is not None and math.isfinite(y) and (y > 0 or not log)


def _coded(y: float, *, log: bool) -> float:
    return math.log10(y) if log else y


def _ticks(low: float, high: float, *, log: bool) -> list[float]:
    if not log:
        return [low, (low + high) / 2, high]
    step = max(1, math.ceil((high - low) / 5))
    return [10.0**power for power in range(int(low), int(high) + 1, step)]


def _tick(value: float, *, log: bool) -> str:
    return f"1e{round(math.log10(value))}" if log else f"{value:.3g}"


def _words(text: str, x: float = WIDTH / 2) -> str:
    return f'<text x="{x:.0f}" y="{HEIGHT // 2}" text-anchor="middle" fill="{palette()["soft"]}">{text}</text>'
