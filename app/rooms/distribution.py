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
    """Return how many answered what: in bins of a decade, by option, or as quartiles at each block; of numbers the
    least, the quartiles and the greatest too."""
    wrong = None if truth is None else sum(_is_sure(one) and is_wrong(question, one.value, truth) for one in answers)
    found: dict[str, Any] = {"answered": len(answers), "sure_wrong": wrong, "bins": [], "blocks": [], "quartiles": []}
    if question.kind == "profile":
        found["blocks"] = _blocks(question, answers)
        return found
    if question.kind == "number" and answers:
        logs = [_held(question, one.value) for one in answers]
        found["quartiles"] = [round(one, 2) for one in (min(logs), *_quartiles(logs), max(logs))]
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
            return abs(log_of(value) - log_of(truth)) >= FAR
        case "profile":
            off = sorted(abs(log_of(one) - log_of(other)) for one, other in zip(value, truth, strict=False))
            return bool(off) and off[len(off) // 2] >= FAR


def _is_sure(answer: Given) -> bool:
    return answer.sure is not None and answer.sure >= SURE


def log_of(value: float) -> float:
    """Return a number's logarithm; 0 lies below every axis."""
    return math.log10(value) if value > 0 else -400.0


def bin_of(question: Question, value: Any) -> int:
    """Return the option, or the nearest decade of the axis."""
    if question.kind == "choice":
        return place_of(question, value)
    return min(question.high, max(question.low, math.floor(log_of(value) + 0.5)))


def _held(question: Question, value: float) -> float:
    return min(question.high, max(question.low, log_of(value)))


def _blocks(question: Question, answers: Sequence[Given]) -> list[dict[str, Any]]:
    """Return quartiles of the logarithms at each block of the profile: of the last drawings, and of the first."""
    last: list[list[float]] = [one.value for one in answers]
    first: list[list[float]] = [one.first for one in answers if one.first is not None]
    places = question.places
    number = len(places) or min((len(one) for one in (*last, *first)), default=0)

    def of(lists: list[list[float]], at: int) -> list[float]:
        return [round(one, 2) for one in _quartiles([_held(question, one[at]) for one in lists])]

    return [
        {"at": name, "quartiles": of(last, at), "first": of(first, at)}
        for at, name in enumerate(places or range(1, number + 1))
    ]


def _quartiles(logs: list[float]) -> list[float]:
    if not logs:
        return []
    return quantiles(logs, n=4, method="inclusive") if len(logs) > 1 else logs * 3
