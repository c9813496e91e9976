"""Records to plain sentences, each with the numbers that it rests on. Everything is judged within the network itself:
one block against another, a branch against its shortcut. A sentence says what was measured, never what will come of it.
No tensor, no torch."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

from skipscope.model.measure.record import Record, Schema, Value, wire_number

Kind = Literal["vanishing", "exploding", "dead_units", "non_finite", "branch_domination", "healthy"]

FADED = 1e-3
"""Less than this part of the last block's gradient: vanishing; more than its inverse: exploding."""
DEAD_SHARE = 0.95
"""Share of exact zeros after an activation that calls it dead; ReLU on symmetric inputs gives 0.5."""
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
    """Say what the records of one network show, the gravest first; "healthy" where nothing is found.

    The newest record is judged. Dead units must have been dead in each of the records that are given (at most the last
    ten), so that one odd batch is no finding. Raise ValueError where there is no record.
    """
    given = [records] if isinstance(records, Record) else list(records)
    if not given:
        raise ValueError("records is empty: at least one record is needed. Record a step first.")
    newest = given[-1]
    lost = _non_finite(newest)
    if lost:
        return lost
    found = [*_gradient(newest), *_activation(newest), *_dead(given[-RECORDS:]), *_domination(newest)]
    return found or [_healthy(newest)]


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


def _outputs(record: Record, measure: str) -> list[tuple[str, float]]:
    """Return a measure at the blocks' outputs, or at all taps of a network that has no blocks; what is known."""
    column = record.columns[measure]
    values = [(name, column[place]) for name, place in _places(record.schema)]
    return [(name, float(value)) for name, value in values if value is not None and math.isfinite(value)]


@lru_cache(maxsize=64)
def _places(schema: Schema) -> tuple[tuple[str, int], ...]:
    """Return the blocks, or all taps of a network that has none, with their places in a column of taps."""
    index = {name: i for i, name in enumerate(schema.taps)}
    return tuple((name, index[name]) for name in schema.blocks or schema.taps if name in index)


def _gradient(record: Record) -> list[Finding]:
    found = _outputs(record, "gradient_rms")
    if len(found) < 2:
        return []
    zeros = [name for name, value in found if value == 0]
    if zeros:
        return [_no_gradient(record, zeros, len(found))]
    last, there = found[-1]
    first, here = min(found[:-1], key=lambda pair: pair[1])
    most, top = max(found[:-1], key=lambda pair: pair[1])
    if here < FADED * there:
        sentence = f"Block {first} receives {_short(here / there)} of the gradient that {last} receives: vanishing."
        evidence = (("gradient_rms", first, here), ("gradient_rms", last, there))
        return [Finding("vanishing", sentence, record.step, evidence)]
    if top > there / FADED:
        sentence = f"Block {most} receives {_short(top / there)} times the gradient that {last} receives: exploding."
        evidence = (("gradient_rms", most, top), ("gradient_rms", last, there))
        return [Finding("exploding", sentence, record.step, evidence)]
    return []


def _no_gradient(record: Record, zeros: list[str], count: int) -> Finding:
    """Tell of gradients that are exactly 0, and of the next tap towards the loss that receives one."""
    name = zeros[-1]
    verb = "receives" if len(zeros) == 1 else "receive"
    sentence = f"{_share(record, zeros, count)} {verb} a gradient of exactly 0, {name} included"
    evidence = [("gradient_rms", name, 0.0)]
    after = record.schema.taps.index(name) + 1
    column = zip(record.schema.taps[after:], record.columns["gradient_rms"][after:], strict=True)
    some = [(tap, float(value)) for tap, value in column if value]
    if some:
        other, value = some[0]
        sentence += f", while {other} receives {_short(value)}"
        evidence.append(("gradient_rms", other, value))
    return Finding("vanishing", f"{sentence}: vanishing.", record.step, tuple(evidence))


def _activation(record: Record) -> list[Finding]:
    found = _outputs(record, "activation_rms")
    if len(found) < 2:
        return []
    zeros = [name for name, value in found if value == 0]
    if zeros:
        verb = "puts" if len(zeros) == 1 else "put"
        sentence = (
            f"{_share(record, zeros, len(found))} {verb} out exactly 0, {zeros[0]} first: "
            "vanishing, on the way forward."
        )
        return [Finding("vanishing", sentence, record.step, (("activation_rms", zeros[0], 0.0),))]
    (first, start), (last, end) = found[0], found[-1]
    evidence = (("activation_rms", first, start), ("activation_rms", last, end))
    if end > start / FADED:
        sentence = (
            f"The signal grows {_short(end / start)} times from {first} to {last}: exploding, on the way forward."
        )
        return [Finding("exploding", sentence, record.step, evidence)]
    if end < FADED * start:
        sentence = f"Of the signal at {first}, {_short(end / start)} arrives at {last}: vanishing, on the way forward."
        return [Finding("vanishing", sentence, record.step, evidence)]
    return []


def _dead(records: Sequence[Record]) -> list[Finding]:
    newest = records[-1]
    alike = [record for record in records if record.schema == newest.schema]
    columns = [record.columns["zero_fraction"] for record in alike]
    shares = [
        (name, share)
        for i, name in enumerate(newest.schema.taps)
        if (share := _number(columns[-1][i])) > DEAD_SHARE
        and all(_number(column[i]) > DEAD_SHARE for column in columns)
    ]
    if not shares:
        return []
    name, share = max(shares, key=lambda pair: pair[1])
    more = len(shares) - 1
    others = f", and so at {more} more {'activation' if more == 1 else 'activations'}" if more else ""
    since = f", in each of the last {len(alike)} records" if len(alike) > 1 else ""
    sentence = f"{100 * share:.3g} % of what {name} puts out are exact zeros{others}{since}: dead units."
    return [Finding("dead_units", sentence, newest.step, (("zero_fraction", name, share),))]


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


def _healthy(record: Record) -> Finding:
    found = _outputs(record, "gradient_rms")
    if len(found) < 2:
        return Finding("healthy", "Nothing is lost, dead or out of proportion: healthy.", record.step)
    (first, here), (last, there) = found[0], found[-1]
    sentence = f"Block {first} receives {_short(here / there)} times the gradient that {last} receives: healthy."
    return Finding("healthy", sentence, record.step, (("gradient_rms", first, here), ("gradient_rms", last, there)))


def _share(record: Record, some: list[str], count: int) -> str:
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
