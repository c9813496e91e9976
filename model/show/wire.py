"""Records as the events that a page takes: of networks of the library, and of any other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.record import VERSION, Record, Schema, wire_number


@dataclass(frozen=True, slots=True)
class Subject:
    """One network of a view; `architecture` is None if it is not of the library."""

    label: str
    architecture: Architecture | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One network in a step: its record, the logged numbers, and its shortcuts if it is of the library. `gradient` says
    which gradient it is, as `StepGradient.to_dict` has it; None if that is not known."""

    record: Record
    logged: Mapping[str, float] = field(default_factory=dict)
    skips: tuple[bool, ...] = ()
    strength: tuple[float, ...] = ()
    gradient: Mapping[str, Any] | None = None


def own_schema(subjects: Sequence[Subject], parts: Sequence[Part]) -> dict[str, Any]:
    """Return the `schema` of networks of the library."""
    return {"version": VERSION, "variants": [_described(*one) for one in zip(subjects, parts, strict=True)]}


def _described(subject: Subject, part: Part) -> dict[str, Any]:
    assert subject.architecture is not None
    return {
        "label": subject.label,
        "architecture": subject.architecture.model_dump(mode="json"),
        "precision": "float32",
        "memory_format": "contiguous",
        "device": "cpu",
        "strength": list(part.strength),
        **part.record.schema.to_dict(),
    }


def own_step(subjects: Sequence[Subject], recent: Sequence[Sequence[Part]], elapsed: float) -> dict[str, Any]:
    """Return the `step` of networks of the library from the newest parts of each, the last of which is drawn."""
    from skipscope.model.describe.differences import Net  # noqa: PLC0415  (a description needs none of them)
    from skipscope.model.measure.comparison import compare  # noqa: PLC0415
    from skipscope.model.measure.diagnosis import diagnose  # noqa: PLC0415
    from skipscope.model.train.headline import Measured, headline_of  # noqa: PLC0415

    newest = [parts[-1] for parts in recent]
    records = [part.record for part in newest]
    labels = [subject.label for subject in subjects]
    nets = [
        Measured(Net(subject.architecture, part.skips, part.strength), part.record.schema, part.record.columns)
        for subject, part in zip(subjects, newest, strict=True)
        if subject.architecture is not None
    ]
    return {
        "step": records[0].step,
        "epoch": 0.0,
        "elapsed": round(elapsed, 3),
        "lr": 0.0,
        "precision": "float32",
        "comparison": compare(records, labels) if len(records) > 1 else None,
        "batch": None,
        "headline": headline_of(nets),
        "variants": [
            {
                "loss": _logged(part, "loss"),
                "accuracy": _logged(part, "accuracy"),
                "test_accuracy": _logged(part, "test_accuracy"),
                "dropped": list(part.record.dropped),
                "net": {"skips": list(part.skips), "strength": list(part.strength)},
                "values": part.record.to_dict(),
                "findings": [finding.to_dict() for finding in diagnose([one.record for one in parts])],
            }
            for part, parts in zip(newest, recent, strict=True)
        ],
    }


def any_schema(subjects: Sequence[Subject], parts: Sequence[Part]) -> dict[str, Any]:
    """Return the `schema` of networks that may be of anybody."""
    return {
        "version": VERSION,
        "outside": True,
        "variants": [
            {"label": subject.label, **_names(part.record.schema)}
            for subject, part in zip(subjects, parts, strict=True)
        ],
    }


def _names(schema: Schema) -> dict[str, list[str]]:
    return {**schema.to_dict(), "kinds": list(schema.kinds), "junctions": list(schema.junctions)}


def any_step(parts: Sequence[Part], elapsed: float, lr: float | None = None) -> dict[str, Any]:
    """Return the `step` of networks that may be of anybody."""
    return {
        "step": parts[0].record.step,
        "elapsed": round(elapsed, 3),
        "lr": lr,
        "variants": [
            {
                "loss": _logged(part, "loss"),
                "logged": {name: wire_number(value) for name, value in part.logged.items()},
                "dropped": list(part.record.dropped),
                "notes": list(part.record.notes),
                "gradient": None if part.gradient is None else {k: _word(v) for k, v in part.gradient.items()},
                "values": part.record.to_dict(),
            }
            for part in parts
        ],
    }


def _word(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _logged(part: Part, name: str) -> Any:
    return wire_number(part.logged[name]) if name in part.logged else None
