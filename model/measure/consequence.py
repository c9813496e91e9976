"""The consequences of a steep gradient that were measured too, on which the graver words rest: updates that overwrite
weights or fail to come, and a loss that stays while another's falls. docs/measures.md has the figures of each band."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from skipscope.model.measure.course import short
from skipscope.model.measure.fall import Fall
from skipscope.model.measure.record import Record
from skipscope.model.measure.trunk import gradients, most_updated, noun, updates_at

STEEP = 300.0
"""A gradient that changes more than so many times is steep."""
IDLE = 2e-2
"""Half of the first half's weights change by less than this part of the most that a weight does: they are left out."""
OVERWRITTEN = 1.0
"""Half of the first half's weights change by this part of their size in one step: they are others after it."""
LEARNS = 0.5
"""A network learns whose loss is below this part of its start; and is ahead of one of whose loss its is this part."""

Word = Literal["vanishing", "exploding"]
Evidence = tuple[tuple[str, str, float], ...]


class Consequence(NamedTuple):
    """The graver word, the words of what was measured, and its numbers."""

    word: Word
    told: str
    evidence: Evidence


def of_updates(record: Record, factor: float) -> Consequence | None:
    """Look for what a steep gradient did to the updates of the first half of the places: weights that are overwritten
    where it grows, weights that are left out where it shrinks."""
    places = [place for place, _, _ in gradients(record)]
    some = sorted(updates_at(record, places[: len(places) // 2]), key=lambda pair: pair[1])
    most = most_updated(record)
    if not some or most is None or max(factor, 1 / factor) < STEEP:
        return None
    middle, here = some[(len(some) - 1) // 2]
    evidence = (("update_ratio", middle, here),)
    if factor > 1 and here >= OVERWRITTEN:
        told = f"half of the first half's weights change by {short(here)} times their size or more in this step"
        return Consequence("exploding", told, evidence)
    name, there = most
    if factor < 1 and here < IDLE * there:
        change = f"change by at most {short(here)} of their size a step" if here else "do not change at all"
        told = f"half of the first half's weights {change}, while {noun(record.schema, name)} changes by {short(there)}"
        return Consequence("vanishing", told, (*evidence, ("update_ratio", name, there)))
    return None


def of_loss(factor: float, loss: Fall | None, beside: Mapping[str, Fall]) -> Consequence | None:
    """Look for a loss that stays while that of another network falls, beside a steep gradient."""
    if max(factor, 1 / factor) < STEEP:
        return None
    found = lag(loss, beside)
    return None if found is None else Consequence(_word(factor), *found)


def lag(loss: Fall | None, beside: Mapping[str, Fall]) -> tuple[str, Evidence] | None:
    """Say that a loss stays while that of a network on the same batches falls; None where it does not."""
    learning = [(name, other) for name, other in beside.items() if other.now < LEARNS * other.start]
    if loss is None or not learning or loss.now < LEARNS * loss.start:
        return None
    name, other = min(learning, key=lambda pair: pair[1].now)
    if other.now >= LEARNS * loss.now:
        return None
    told = f"the loss {loss.words()} in {loss.steps} steps, that of {name} {other.words()}"
    return told, (("loss", "start", loss.start), ("loss", "now", loss.now), ("loss", name, other.now))


def _word(factor: float) -> Word:
    return "vanishing" if factor < 1 else "exploding"
