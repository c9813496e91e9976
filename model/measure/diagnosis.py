"""Records to plain sentences, each with the numbers that it rests on. Everything is judged within the network itself:
one place against another, a branch against its shortcut. A sentence says what was measured, never what will come of it.
No tensor, no torch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from skipscope.model.measure.consequence import lag, of_loss, of_updates
from skipscope.model.measure.course import course_and_ends, short, unit_of, words
from skipscope.model.measure.fall import Fall
from skipscope.model.measure.record import Record, Value, wire_number
from skipscope.model.measure.trunk import Place, column, gradients, noun

Kind = Literal[
    "gradient", "signal", "vanishing", "exploding", "zeros", "non_finite", "branch_domination", "frozen", "behind",
    "unmeasured",
]  # fmt: skip

FAR = 1e3
"""A signal that changes more than so many times stands out."""
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


def diagnose(
    records: Record | Sequence[Record], loss: Fall | None = None, beside: Mapping[str, Fall] | None = None
) -> list[Finding]:
    """Return the findings in the records of one network, the gravest first: outliers, the course of the gradient, and
    places that were not measured.

    The newest record is judged. Zeros must stand out in each of the records that are given (at most the last ten), so
    that one odd batch is no finding. `loss` is what became of the network's loss, `beside` the same of others that
    train on the same batches, by name. Raise ValueError where there is no record.
    """
    given = [records] if isinstance(records, Record) else list(records)
    if not given:
        raise ValueError("records is empty: at least one record is needed. Record a step first.")
    newest = given[-1]
    lost = _non_finite(newest)
    if lost:
        return lost
    gradient = _gradient(newest, loss, beside or {})
    found = [*_signal(newest), *_zeros(given[-RECORDS:]), *_domination(newest)]
    ordered = [*gradient, *found] if gradient and gradient[0].kind != "unmeasured" else [*found, *gradient]
    graver = any(finding.kind in ("vanishing", "exploding") for finding in gradient)
    return [*ordered, *([] if graver else _behind(newest, loss, beside or {})), *_frozen(newest), *_unmeasured(newest)]


def _non_finite(record: Record) -> list[Finding]:
    hit = [(n, c) for n, c in zip(record.schema.taps, record.columns["nonfinite"], strict=True) if c]
    if not hit:
        return []
    forward = [n for n, v in zip(record.schema.taps, record.columns["activation_rms"], strict=True) if _is_lost(v)]
    # a gradient that is lost spreads towards the image: it began at the last place that shows it
    name = forward[0] if forward else hit[-1][0]
    count = dict(hit)[name]
    place = "first" if forward else "last"
    said = _named(record, name)
    begun = said if said == name else said[0].upper() + said[1:]
    sentence = (
        f"Of {len(hit)} places with numbers that are not finite, {said} is the {place} in the order of execution, with "
        f"{count} of them: non-finite."
        if len(hit) > 1
        else f"{begun} has {count} numbers that are not finite: non-finite."
    )
    return [Finding("non_finite", sentence, record.step, (("nonfinite", name, float(count or 0)),))]


def _gradient(record: Record, loss: Fall | None, beside: Mapping[str, Fall]) -> list[Finding]:
    course, ends = course_and_ends(record)
    if course.zeros and course.places > 1:
        zeros = [place for place, value, _ in gradients(record) if value == 0]
        return [_no_gradient(record, zeros, course.places)]
    if course.factor is None or ends is None:
        sentence = "The gradient was measured at fewer than two places before the head: nothing to compare."
        return [Finding("unmeasured", sentence, record.step)]
    run = words("The gradient", course.factor, course.count, course.unit)
    evidence = (("gradient_rms", ends.end.name, ends.at_end), ("gradient_rms", ends.start.name, ends.at_start))
    told = f"{run}, from {_where(record, ends.start, ends.end)}"
    found = of_updates(record, course.factor) or of_loss(course.factor, loss, beside)
    if found is None:
        return [Finding("gradient", f"{told}.", record.step, evidence)]
    sentence = f"{told}, and {found.told}: {found.word}."
    return [Finding(found.word, sentence, record.step, (*evidence, *found.evidence))]


def _behind(record: Record, loss: Fall | None, beside: Mapping[str, Fall]) -> list[Finding]:
    found = lag(loss, beside)
    if found is None:
        return []
    told, evidence = found
    return [Finding("behind", f"T{told[1:]}.", record.step, evidence)]


def _where(record: Record, start: Place, end: Place) -> str:
    return f"{noun(record.schema, start.name)} to {noun(record.schema, end.name)}"


def _named(record: Record, name: str) -> str:
    """Name a place among others of its kind: a block by its name, a number with the word for what it is."""
    plain = name in record.schema.blocks and not name[0].isdecimal()
    return name if plain else noun(record.schema, name)


def _no_gradient(record: Record, zeros: list[Place], count: int) -> Finding:
    """Tell of gradients that are exactly 0, and of the next tap towards the loss that receives one."""
    last = zeros[-1]
    verb = "receives" if len(zeros) == 1 else "receive"
    sentence = f"{_share(record, zeros, count)} {verb} a gradient of exactly 0, {_named(record, last.name)} included"
    evidence = [("gradient_rms", last.name, 0.0)]
    after = last.at + 1
    rest = zip(record.schema.taps[after:], record.columns["gradient_rms"][after:], strict=True)
    some = [(tap, float(value)) for tap, value in rest if value]
    if some:
        other, value = some[0]
        sentence += f", while {noun(record.schema, other)} receives {short(value)}"
        evidence.append(("gradient_rms", other, value))
    return Finding("gradient", f"{sentence}.", record.step, tuple(evidence))


def _signal(record: Record) -> list[Finding]:
    found = column(record, "activation_rms")
    if len(found) < 2:
        return []
    zeros = [place for place, value in found if value == 0]
    if zeros:
        verb = "puts" if len(zeros) == 1 else "put"
        sentence = f"{_share(record, zeros, len(found))} {verb} out exactly 0, {_named(record, zeros[0].name)} first."
        return [Finding("signal", sentence, record.step, (("activation_rms", zeros[0].name, 0.0),))]
    (first, start), (last, end) = found[0], found[-1]
    factor = end / start
    if max(factor, 1 / factor) < FAR:
        return []
    evidence = (("activation_rms", first.name, start), ("activation_rms", last.name, end))
    course = words("The signal", factor, len(found) - 1, unit_of(record), way="on the way forward")
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
    sentence = f"{100 * share:.3g} % of what {noun(newest.schema, name)} puts out are exact zeros{others}{since}"
    evidence = [("zero_fraction", name, share)]
    dead = newest.of("dead_units", name)
    if dead:
        sentence += f"; {dead} of its units {'is' if dead == 1 else 'are'} dead, zero for every image of the batch"
        evidence.append(("dead_units", name, float(dead)))
    return [Finding("zeros", f"{sentence}.", newest.step, tuple(evidence))]


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
        sentence = f"At {name} the shortcut brings exactly 0, the branch F(x) {short(f)}: {share}"
    else:
        sentence = f"At {name} the branch F(x) is {short(ratio)} times its shortcut: {share}"
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
        others = ", since the taps are the network's additions" if record.schema.junctions else " of PyTorch's"
        lacking.append(f"no activation function{others}")
    return [Finding("unmeasured", f"Measured was {' and '.join(lacking)}.", record.step)] if lacking else []


def _share(record: Record, some: Sequence[Place], count: int) -> str:
    return f"{len(some)} of {count} {'blocks' if record.schema.blocks else 'places'}"


def _is_lost(value: Value) -> bool:
    return value is not None and not math.isfinite(value)


def _number(value: Value) -> float:
    return -math.inf if value is None else float(value)
