"""Networks side by side in one sentence: how the gradient of each runs, and what became of its loss."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skipscope.model.measure.course import FLAT, Course, course_from, course_of, pace, short
from skipscope.model.measure.fall import Fall
from skipscope.model.measure.record import Record


def compare(records: Sequence[Record], names: Sequence[str], falls: Sequence[Fall | None] = ()) -> str:
    """Say in one sentence how the gradients of two networks or more differ, from the newest record of each.

    With `falls`, one a network, it goes on with what became of their losses. Raise ValueError for fewer than two
    records, and where there is not one name, and one fall, a record.
    """
    if len(records) < 2 or len(records) != len(names):
        raise ValueError(f"names has {len(names)}, records {len(records)}: give two records or more, and a name each.")
    if falls and len(falls) != len(records):
        raise ValueError(f"falls has {len(falls)}, records {len(records)}: give one a record, or none.")
    return compare_courses([course_of(record) for record in records], names, falls)


def compare_courses(courses: Sequence[Course], names: Sequence[str], falls: Sequence[Fall | None] = ()) -> str:
    """Say the same of courses that are known already."""
    told = [f"{_of(name, i)} {_run(course)}" for i, (name, course) in enumerate(zip(names, courses, strict=True))]
    sentence = f"Towards the input {_listed(told)}{_apart(courses)}"
    known = [(name, fall) for name, fall in zip(names, falls, strict=False) if fall is not None]
    if len(known) != len(names):
        return f"{sentence}."
    losses = [f"{'the loss' if i == 0 else 'that'} of {name} {fall.words()}" for i, (name, fall) in enumerate(known)]
    return f"{sentence}; in {_steps(known[0][1].steps)} {_listed(losses)}."


def compare_probed(variants: Sequence[Mapping[str, Any]]) -> str | None:
    """Say how the networks of a probe, in the wire's form, differ; None of one alone."""
    if len(variants) < 2:
        return None
    return compare_courses([course_from(one["course"]) for one in variants], [one["label"] for one in variants])


def _of(name: str, index: int) -> str:
    return f"{'the gradient' if index == 0 else 'that'} of {name}"


def _run(course: Course) -> str:
    if course.zeros:
        return f"is exactly 0 at {course.zeros} of {course.places} {course.unit}s"
    factor = course.factor
    if factor is None:
        return "was measured at fewer than two places"
    if max(factor, 1 / factor) < FLAT:
        return f"stays about the same ({short(factor)}-fold)"
    each = f"{pace(factor, course.count)} a {course.unit}"
    return f"grows {short(factor)}-fold ({each})" if factor > 1 else f"shrinks to {short(factor)} of it ({each})"


def _apart(courses: Sequence[Course]) -> str:
    factors = [course.factor for course in courses if course.factor is not None and math.isfinite(course.factor)]
    if len(factors) < 2:
        return ""
    apart = max(factors) / min(factors)
    return ": about alike" if apart < FLAT else f": {'at most ' if len(factors) > 2 else ''}{short(apart)} times apart"


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _steps(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"
