"""How the gradient of a network runs from the last place of its trunk to the first, as numbers and in words."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from skipscope.model.measure.record import Record, wire_number
from skipscope.model.measure.trunk import Place, gradients

FLAT = 2.0
"""A gradient that changes less than so many times in all is about the same."""

NEARLY = 1.05
"""A factor below this is written by its first digit over 1."""

Unit = Literal["block", "place"]


@dataclass(frozen=True, slots=True)
class Course:
    """The gradient's factor towards the input, over `count` blocks or places.

    `factor` is None where fewer than two places were measured, or the gradient of some is exactly 0: of `zeros` among
    `places`.
    """

    factor: float | None
    count: int
    unit: Unit
    zeros: int
    places: int

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form."""
        return {**asdict(self), "factor": None if self.factor is None else wire_number(self.factor)}


class Ends(NamedTuple):
    """The two places that a course runs between, and the gradient at each as it was measured."""

    start: Place
    at_start: float
    end: Place
    at_end: float


def course_of(record: Record) -> Course:
    """Return the gradient's course in a network, from its record."""
    return course_and_ends(record)[0]


def course_and_ends(record: Record) -> tuple[Course, Ends | None]:
    """Return the course and, where it has a factor, its ends: the last place, and the first one or the most extreme,
    where that differs ten times more."""
    found = gradients(record)
    unit = unit_of(record)
    zeros = sum(value == 0 for _, value, _ in found)
    if len(found) < 2 or zeros:
        return Course(None, max(0, len(found) - 1), unit, zeros, len(found)), None
    last, there, scale = found[-1]
    place, here, scaled = max(found[:-1], key=lambda row: abs(math.log(row[2] / scale)))
    if abs(math.log(scaled / scale)) < abs(math.log(found[0][2] / scale)) + math.log(10):
        place, here, scaled = found[0]
    places = [one for one, _, _ in found]
    count = places.index(last) - places.index(place)
    return Course(scaled / scale, count, unit, 0, len(found)), Ends(last, there, place, here)


def unit_of(record: Record) -> Unit:
    """Return what the places of a network's trunk are: its blocks, where the recorder knows them."""
    return "block" if record.schema.blocks else "place"


def course_from(wire: Mapping[str, Any]) -> Course:
    """Return a course from the wire's form."""
    return Course(**wire)


def words(subject: str, factor: float, count: int, unit: str, *, way: str = "towards the input") -> str:
    """Say how something changes on its way: the factor a block, and in all."""
    if max(factor, 1 / factor) < FLAT:
        return f"{subject} stays about the same {way}, {short(factor)}-fold in all"
    verb = "grows" if factor > 1 else "shrinks"
    whole = f"{short(factor)}-fold in all" if factor > 1 else f"to {short(factor)} of it in all"
    return f"{subject} {verb} {pace(factor, count)} a {unit} {way}, {whole}"


def pace(factor: float, count: int) -> str:
    """Write the factor from one place to the next: "2.9-fold", and "1.006-fold" where it is nearly 1."""
    one = each(factor, count)
    return f"{short(one)}-fold" if one >= NEARLY else f"{1 + float(f'{one - 1:.1g}'):.10g}-fold"


def each(factor: float, count: int) -> float:
    """Return by how many times something grows or shrinks from one place to the next, in the geometric mean."""
    return math.exp(abs(math.log(factor)) / count)


def short(value: float) -> str:
    """Write two significant digits: 0.03, 1200, 2e-9; without an exponent where a reader needs none."""
    rounded = float(f"{value:.2g}")
    if rounded == 0 or 1e-3 <= abs(rounded) < 1e5:
        return f"{rounded:g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{float(digits):g}e{int(exponent)}"
