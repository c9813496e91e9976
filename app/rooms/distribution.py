"""The answers to a question, together: before and after the discussion, beside the truth, sure and wrong."""

import math
from collections.abc import Sequence
from statistics import quantiles
from typing import Any, NamedTuple

from skipscope.app.rooms.question import Question, place_of

SURE = 4
"""Of 5."""
FAR = 3.0
"""Decades from which on a number is wrong."""


class Given(NamedTuple):
    """A member's answer: the last one, and the one before the discussion."""

    value: Any
    sure: int | None
    first: Any
    first_sure: int | None


def distribution(question: Question, answers: Sequence[Given], truth: Any) -> dict[str, Any]:
    """Return how many answered what: in bins of a decade, by option, or as quartiles at each block."""
    wrong = None if truth is None else sum(_is_sure(one) and is_wrong(question, one.value, truth) for one in answers)
    found: dict[str, Any] = {"answered": len(answers), "sure_wrong": wrong, "bins": [], "blocks": []}
    if question.kind == "profile":
        found["blocks"] = _blocks(question, answers)
        return found
    last = [bin_of(question, one.value) for one in answers]
    first = [bin_of(question, one.first) for one in answers if one.first is not None]
    places = range(len(question.options)) if question.kind == "choice" else range(question.high, question.low - 1, -1)
    found["bins"] = [{"at": at, "first": first.count(at), "last": last.count(at)} for at in places]
    return found


def is_wrong(question: Question, value: Any, truth: Any) -> bool:
    """Say whether an answer is another option than the true one, or three decades off and more; of a profile the
    median block counts."""
    match question.kind:
        case "choice":
            return place_of(question, value) != place_of(question, truth)
        case "number":
            return abs(_log(value) - _log(truth)) >= FAR
        case "profile":
            off = sorted(abs(_log(one) - _log(other)) for one, other in zip(value, truth, strict=False))
            return bool(off) and off[len(off) // 2] >= FAR


def _is_sure(answer: Given) -> bool:
    return answer.sure is not None and answer.sure >= SURE


def _log(value: float) -> float:
    return math.log10(value) if value > 0 else -400.0


def bin_of(question: Question, value: Any) -> int:
    """Return the option, or the nearest decade of the axis."""
    if question.kind == "choice":
        return place_of(question, value)
    return min(question.high, max(question.low, math.floor(_log(value) + 0.5)))


def _blocks(question: Question, answers: Sequence[Given]) -> list[dict[str, Any]]:
    """Return quartiles of the logarithms at each block of the profile."""
    lists: list[list[float]] = [one.value for one in answers]
    number = len(question.at) or min((len(one) for one in lists), default=0)
    held = [[min(question.high, max(question.low, _log(one[at]))) for one in lists] for at in range(number)]
    names = question.at or range(1, number + 1)
    return [
        {"at": name, "quartiles": [round(one, 2) for one in _quartiles(logs)]}
        for name, logs in zip(names, held, strict=True)
    ]  # fmt: skip


def _quartiles(logs: list[float]) -> list[float]:
    if not logs:
        return []
    return quantiles(logs, n=4, method="inclusive") if len(logs) > 1 else logs * 3
