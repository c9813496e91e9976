"""The drawn profiles of a class as a figure of a report: the middle half as a band, what was measured, in plain SVG."""

from collections.abc import Sequence
from html import escape
from typing import Any

from skipscope.app.rooms.bars import FOOT, HEIGHT, WIDTH
from skipscope.app.rooms.distribution import log_of
from skipscope.app.rooms.question import Question
from skipscope.app.rooms.truth import Truth

LEFT, TOP = 60, 14


def band_of(question: Question, found: dict[str, Any], truth: Truth | None) -> str:
    """Draw the band of the quartiles, its middle, and the measured line; nothing where nobody drew."""
    given: list[dict[str, Any]] = [block for block in found["blocks"] if block["quartiles"]]
    if not given:
        return ""
    subject = question.subject
    blocks = max(block["at"] for block in given) if subject is None else subject.blocks
    floor = HEIGHT - FOOT

    def path(points: Sequence[tuple[int, float]]) -> str:
        drawn: list[str] = []
        for block, log in points:
            x = LEFT + (WIDTH - LEFT - 10) * (block - 1) / max(1, blocks - 1)
            held = min(question.high, max(question.low, log))
            y = TOP + (floor - TOP) * (question.high - held) / (question.high - question.low)
            drawn.append(f"{x:.1f},{y:.1f}")
        return "M" + "L".join(drawn)

    low, half, high = ([(block["at"], block["quartiles"][q]) for block in given] for q in range(3))
    band = path([*low, *reversed(high)])
    measured = _measured(question, truth)
    line = f"<path d='{path(measured)}' fill='none' stroke='#1a2233' stroke-width='2.5'/>" if measured else ""
    words = f"{found['answered']} drawings for {question.text}"
    ends = "".join(
        f"<text x='{LEFT - 8}' y='{y + 4}' text-anchor='end'>10<tspan dy='-4' font-size='8'>{decade}</tspan></text>"
        for decade, y in ((question.high, TOP), (question.low, floor))
    )
    axis = escape(", ".join(filter(None, (question.public()["axis"], question.public()["unit"]))))
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{escape(words)}' font-size='11'>"
        f"<path d='{band}Z' fill='#d8b1cc'/><path d='{path(half)}' fill='none' stroke='#a62c78' stroke-width='2'/>"
        f"{line}"
        f"<path d='M{LEFT} {TOP}V{floor}H{WIDTH}' fill='none' stroke='#1a2233'/>{ends}"
        f"<text x='{LEFT}' y='{floor + 16}'>block 1</text>"
        f"<text x='{WIDTH - 10}' y='{floor + 16}' text-anchor='end'>block {blocks}</text>"
        f"<text x='{LEFT}' y='{floor + 32}'>{axis}: line measured, band the middle half of the drawings</text></svg>"
    )


def _measured(question: Question, truth: Truth | None) -> list[tuple[int, float]]:
    if truth is None:
        return []
    if truth.profile is not None:
        return [(at, log_of(value)) for at, value in enumerate(truth.profile, 1) if value is not None]
    places = question.places or range(1, len(truth.value) + 1)
    return [(at, log_of(value)) for at, value in zip(places, truth.value, strict=False)]
