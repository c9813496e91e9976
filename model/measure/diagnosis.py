"""Records to plain sentences, each with the numbers that it rests on. Everything is judged within the network itself:
one place against another, a branch against its shortcut. A sentence says what was measured, never what will come of it.
No tensor, no torch."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

from skipscope.model.measure.record import Record, Value, wire_number
from skipscope.model.measure.trunk import Place, column, gradients, noun, updates_at

Kind = Literal[
    "gradient", "signal", "vanishing", "exploding", "zeros", "non_finite", "branch_domination", "frozen", "unmeasured"
]  # fmt: skip

STEEP = 1e3
"""A gradient or a signal that changes more than so many times may be called vanishing or exploding."""
IDLE = 1e-2
"""Updates relative to weights below this part of the others', or above its inverse: the gradient had a consequence."""
FLAT = 2.0
"""A gradient that changes less than so many times in all is about the same."""
ZEROS = 0.95
"""More exact zeros after an activation than this stand out; ReLU on symmetric inputs gives 0.5."""
DOMINATION = 10.0
"""A branch more than this many times larger than its shortcut outweighs it."""
RECORDS = 10
"""So many records, the newest, are looked at for what must hold in each of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a network, at a step, and its evidence: measure, name and value of each number it uses."""

    kind: Kind
    sentence: str
    step: int
    evidence: tuple[tuple[str, str, float], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form: evidence is [measure, name, value], with four significant digits."""
        evidence = [[measure, name, wire_number(value)] for measure, name, value in self.evidence]
        return {**asdict(self), "evidence": evidence}


def diagnose(records: Record | Sequence[Record]) -> list[Finding]:
    """Return the findings in the records of one network, the gravest first: outliers, the course of the gradient, and
    places that were not measured.

    The newest record is judged. Zeros must stand out in each of the records that are given (at most the last ten), so
    that one odd batch is no finding. Raise ValueError where there is no record.
    """
    given = [records] if isinstance(records, Record) else list(records)
    if not given:
        raise ValueError("records is empty: at least one record is needed. Record a step first.")
    newest = given[-1]
    lost = _non_finite(newest)
    if lost:
        return lost
    gradient = _gradient(newest)
    found = [*_signal(newest), *_zeros(given[-RECORDS:]), *_domination(newest)]
    ordered = [*gradient, *found] if gradient and gradient[0].kind != "unmeasured" else [*found, *gradient]
    return [*ordered, *_frozen(newest), *_unmeasured(newest)]


def _non_finite(record: Record) -> list[Finding]:
    hit = [(n, c) for n, c in zip(record.schema.taps, record.columns["nonfinite"], strict=True) if c]
    if not hit:
        return []
    forward = [n for n, v in zip(record.schema.taps, record.columns["activation_rms"], strict=True) if _is_lost(v)]
    # a gradient that is lost spreads towards the image: it began at the last place that shows it
    name = forward[0] if forward else hit[-1][0]
    count = dict(hit)[name]
    sentence = (
        f"{name} is where it begins, of {len(hit)} places with numbers that are not finite ({count} of them): "
        "non-finite."
    )
    return [Finding("non_finite", sentence, record.step, (("nonfinite", name, float(count or 0)),))]


def _gradient(record: Record) -> list[Finding]:
    found = gradients(record)
    if len(found) < 2:
        sentence = "The gradient was measured at fewer than two places before the head: nothing to compare."
        return [Finding("unmeasured", sentence, record.step)]
    zeros = [place for place, value, _ in found if value == 0]
    if zeros:
        return [_no_gradient(record, zeros, len(found))]
    last, there, end = found[-1]
    place, here, scaled = max(found[:-1], key=lambda row: abs(math.log(row[2] / end)))
    if abs(math.log(scaled / end)) < abs(math.log(found[0][2] / end)) + math.log(10):
        place, here, scaled = found[0]
    places = [one for one, _, _ in found]
    count = places.index(last) - places.index(place)
    factor = scaled / end
    evidence = (("gradient_rms", place.name, here), ("gradient_rms", last.name, there))
    sentence = f"{_course('The gradient', factor, count, _unit(record))}, from {_where(record, last, place)}"
    kind, told = _consequence(record, places, factor)
    return [Finding(kind, f"{sentence}{told}.", record.step, evidence)]


def _course(subject: str, factor: float, count: int, unit: str, *, way: str = "towards the input") -> str:
    each = math.exp(abs(math.log(factor)) / count)
    if max(factor, 1 / factor) < FLAT:
        return f"{subject} stays about the same {way}, {_short(factor)}-fold in all"
    verb = "grows" if factor > 1 else "shrinks"
    whole = f"{_short(factor)}-fold in all" if factor > 1 else f"to {_short(factor)} of it in all"
    return f"{subject} {verb} {_short(each)}-fold a {unit} {way}, {whole}"


def _where(record: Record, start: Place, end: Place) -> str:
    return f"{noun(record.schema, start.name)} to {noun(record.schema, end.name)}"


def _unit(record: Record) -> str:
    return "block" if record.schema.blocks else "place"


def _consequence(record: Record, places: Sequence[Place], factor: float) -> tuple[Kind, str]:
    """Look for what a steep gradient did to the updates of the first half of the places, against the second's."""
    half = len(places) // 2
    first, second = updates_at(record, places[:half]), updates_at(record, places[half:])
    if max(factor, 1 / factor) < STEEP or not first or not second or not max(*first, *second):
        return "gradient", ""
    here, there = median(first), median(second)
    if factor < 1 and here < IDLE * there:
        kind: Kind = "vanishing"
    elif factor > 1 and there < IDLE * here:
        kind = "exploding"
    else:
        return "gradient", ""
    size = f"{_short(here)} of their size a step, of the second by {_short(there)}"
    return kind, f", and weights of the first half change by {size}: {kind}"


def _no_gradient(record: Record, zeros: list[Place], count: int) -> Finding:
    """Tell of gradients that are exactly 0, and of the next tap towards the loss that receives one."""
    last = zeros[-1]
    verb = "receives" if len(zeros) == 1 else "receive"
    sentence = f"{_share(record, zeros, count)} {verb} a gradient of exactly 0, {last.name} included"
    evidence = [("gradient_rms", last.name, 0.0)]
    after = last.at + 1
    rest = zip(record.schema.taps[after:], record.columns["gradient_rms"][after:], strict=True)
    some = [(tap, float(value)) for tap, value in rest if value]
    if some:
        other, value = some[0]
        sentence += f", while {noun(record.schema, other)} receives {_short(value)}"
        evidence.append(("gradient_rms", other, value))
    return Finding("gradient", f"{sentence}.", record.step, tuple(evidence))


def _signal(record: Record) -> list[Finding]:
    found = column(record, "activation_rms")
    if len(found) < 2:
        return []
    zeros = [place for place, value in found if value == 0]
    if zeros:
        verb = "puts" if len(zeros) == 1 else "put"
        sentence = f"{_share(record, zeros, len(found))} {verb} out exactly 0, {zeros[0].name} first."
        return [Finding("signal", sentence, record.step, (("activation_rms", zeros[0].name, 0.0),))]
    (first, start), (last, end) = found[0], found[-1]
    factor = end / start
    if max(factor, 1 / factor) < STEEP:
        return []
    evidence = (("activation_rms", first.name, start), ("activation_rms", last.name, end))
    course = _course("The signal", factor, len(found) - 1, _unit(record), way="on the way forward")
    return [Finding("signal", f"{course}, from {_where(record, first, last)}.", record.step, evidence)]


def _zeros(records: Sequence[Record]) -> list[Finding]:
    newest = records[-1]
    alike = [record for record in records if record.schema == newest.schema]
    columns = [record.columns["zero_fraction"] for record in alike]
    shares = [
        (name, share)
        for i, name in enumerate(newest.schema.taps)
        if (share := _number(columns[-1][i])) > ZEROS and all(_number(column[i]) > ZEROS for column in columns)
    ]
    if not shares:
        return []
    name, share = max(shares, key=lambda pair: pair[1])
    more = len(shares) - 1
    others = f", and so at {more} more {'activation' if more == 1 else 'activations'}" if more else ""
    since = f", in each of the last {len(alike)} records" if len(alike) > 1 else ""
    sentence = f"{100 * share:.3g} % of what {noun(newest.schema, name)} puts out are exact zeros{others}{since}."
    return [Finding("zeros", sentence, newest.step, (("zero_fraction", name, share),))]


def _domination(record: Record) -> list[Finding]:
    found = [
        (name, float(f), float(x))
        for name, f, x in zip(
            record.schema.blocks, record.columns["residual_rms"], record.columns["identity_rms"], strict=True
        )
        if f is not None and x is not None and math.isfinite(f) and math.isfinite(x)
    ]
    far = [(f / x if x else math.inf, name, f, x) for name, f, x in found if f > DOMINATION * x]
    if not far:
        return []
    ratio, name, f, x = max(far, key=lambda row: row[0])
    share = f"branch domination in {len(far)} of {len(found)} blocks."
    if x == 0:
        sentence = f"At {name} the shortcut brings exactly 0, the branch F(x) {_short(f)}: {share}"
    else:
        sentence = f"At {name} the branch F(x) is {_short(ratio)} times its shortcut: {share}"
    return [Finding("branch_domination", sentence, record.step, (("residual_rms", name, f), ("identity_rms", name, x)))]


def _frozen(record: Record) -> list[Finding]:
    given = zip(record.schema.weights, record.columns["weight_gradient_norm"], strict=True)
    weights = [(name, value) for name, value in given if not any(name.startswith(f"{b}.") for b in record.dropped)]
    without = [name for name, value in weights if value is None]
    if not without:
        return []
    verb = "weight" if len(weights) == 1 else "weights"
    sentence = f"{len(without)} of {len(weights)} {verb} had no gradient: frozen, or not used."
    return [Finding("frozen", sentence, record.step)]


def _unmeasured(record: Record) -> list[Finding]:
    lacking: list[str] = []
    if not record.schema.weights:
        lacking.append("no weight")
    if all(value is None for value in record.columns["zero_fraction"]):
        lacking.append("no activation function, which only modules of PyTorch's own show")
    return [Finding("unmeasured", f"Measured was {' and '.join(lacking)}.", record.step)] if lacking else []


def _share(record: Record, some: Sequence[Place], count: int) -> str:
    return f"{len(some)} of {count} {'blocks' if record.schema.blocks else 'places'}"


def _is_lost(value: Value) -> bool:
    return value is not None and not math.isfinite(value)


def _number(value: Value) -> float:
    return -math.inf if value is None else float(value)


def _short(value: float) -> str:
    """Write two significant digits: 0.03, 1200, 2e-9; without an exponent where a reader needs none."""
    rounded = float(f"{value:.2g}")
    if rounded == 0 or 1e-3 <= abs(rounded) < 1e5:
        return f"{rounded:g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{float(digits):g}e{int(exponent)}"


def compare(records: Sequence[Record], names: Sequence[str]) -> str:
    """Say in one sentence how the gradients of two networks or more differ, from the newest record of each.

    Raise ValueError for fewer than two, and where there is not one name a record.
    """
    if len(records) < 2 or len(records) != len(names):
        raise ValueError(f"names has {len(names)}, records {len(records)}: give two records or more, and a name each.")
    told: list[str] = []
    for name, record in zip(names, records, strict=True):
        found = gradients(record)
        if len(found) < 2 or not found[0][1] or not found[-1][1]:
            told.append(f"in {name} it could not be compared")
            continue
        factor = found[0][2] / found[-1][2]
        told.append(f"in {name} {_course('it', factor, len(found) - 1, _unit(record))}")
    return f"The gradient's course: {'; '.join(told)}."
