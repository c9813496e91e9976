"""The answers to a question as a figure of a report: bars of a decade or an option each, in plain SVG."""

from html import escape
from typing import Any

from skipscope.app.rooms.distribution import bin_of
from skipscope.app.rooms.question import Question

WIDTH, HEIGHT, FOOT = 720, 220, 40


def bars_of(question: Question, found: dict[str, Any], truth: Any) -> str:
    """Draw first answers as dashed outlines, last ones filled, and a line at the truth; nothing without bins."""
    bins: list[dict[str, int]] = found["bins"]
    most = max((max(one["first"], one["last"]) for one in bins), default=0)
    if not most:
        return ""
    step, scale = WIDTH / len(bins), (HEIGHT - FOOT - 20) / most
    floor = HEIGHT - FOOT
    drawn: list[str] = []
    for number, one in enumerate(bins):
        x, wide = number * step + 3, step - 6
        for count, style in (
            (one["last"], "fill='#d8b1cc'"), (one["first"], "fill='none' stroke='#a62c78' stroke-dasharray='3 2'")
        ):  # fmt: skip
            high = count * scale
            drawn.append(f"<rect x='{x:.1f}' y='{floor - high:.1f}' width='{wide:.1f}' height='{high:.1f}' {style}/>")
        middle = x + wide / 2
        drawn.append(
            f"<text x='{middle:.1f}' y='{floor + 16}' text-anchor='middle'>{_name(question, one['at'])}</text>"
        )
        if truth is not None and bin_of(question, truth) == one["at"]:
            drawn.append(f"<path d='M{middle:.1f} 0V{floor}' stroke='#1a2233' stroke-width='3'/>")
    words = f"{found['answered']} answers to {question.text}"
    if question.kind == "number":
        said = question.public()
        axis = escape(", ".join(filter(None, (said["axis"] or "answer", said["unit"]))))
        drawn.append(f"<text x='{WIDTH / 2}' y='{floor + 34}' text-anchor='middle'>{axis}</text>")
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{escape(words)}' font-size='11'>"
        f"{''.join(drawn)}<path d='M0 {floor}H{WIDTH}' stroke='#1a2233'/></svg>"
    )


def _name(question: Question, at: int) -> str:
    if question.kind == "choice":
        return escape(question.options[at][:18])
    return f"10<tspan dy='-4' font-size='8'>{at}</tspan>" if at else "1"
