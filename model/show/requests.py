"""Figures as requests that are plain data, checked; static/js/figure/asked.js draws them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from skipscope.model.measure.record import Record, Schema
from skipscope.model.show import checks
from skipscope.model.show.checks import Range
from skipscope.model.show.measured import USUAL, Json, Measured, as_schema, asked_values
from skipscope.model.show.network import Described, listed, networks_of

Schemas = Schema | Json | Sequence[Schema | Json]
Network = tuple[Schema, dict[str, Any]]
"""The names of a network, and what a request says of it."""


def ask_diagram(
    summaries: Described | Sequence[Described], values: Measured | Sequence[Measured] | None, *, quantity: str,
    batch_size: int | None, skips: Sequence[Sequence[bool] | None] | None, width: float, height: float, view: str,
    brush: tuple[int, int] | None, span: Range | None, scope: str, theme: str,
) -> dict[str, Any]:  # fmt: skip
    """Return the request of a diagram; raise ValueError for what does not fit."""
    networks = networks_of(summaries, skips)
    asked: dict[str, Any] = {
        "figure": "diagram", "networks": [one.asked() for one in networks],
        "theme": checks.check_word("theme", theme, checks.THEMES),
        "view": checks.check_word("view", view, checks.VIEWS),
        **checks.check_size(width, height), "brush": checks.check_brush(brush), "span": checks.check_span(span),
        "quantity": checks.check_word("quantity", quantity, checks.QUANTITIES),
        "scope": checks.check_word("scope", scope, checks.SCOPES), "values": None, "batch_size": 1,
    }  # fmt: skip
    if values is None:
        return asked
    measured = _one_each(listed(values), len(networks))
    return asked | {
        "batch_size": checks.check_batch(batch_size, quantity),
        "values": [asked_values(one, net.schema) for one, net in zip(measured, networks, strict=True)],
    }


def ask_profile(
    schema: Schemas, values: Measured | Sequence[Measured], measure: str, *, labels: Sequence[str] | None = None,
    span: Range | None = None, width: float = 720, height: float = 360, theme: str = "light",
) -> dict[str, Any]:  # fmt: skip
    """Return the request of a profile; raise ValueError for what does not fit."""
    checks.check_measure(measure)
    networks = _networks(schema, labels)
    measured = _one_each(listed(values), len(networks))
    return {
        "figure": "profile", "networks": [one for _, one in networks], "measure": measure,
        "values": [asked_values(one, names) for one, (names, _) in zip(measured, networks, strict=True)],
        **_common(span, width, height, theme),
    }  # fmt: skip


def ask_heatmap(
    schema: Schemas, records: Sequence[Any], measure: str, *, labels: Sequence[str] | None = None,
    changes: Sequence[Json] = (), span: Range | None = None, width: float = 900, height: float = 420,
    theme: str = "light",
) -> dict[str, Any]:  # fmt: skip
    """Return the request of a heatmap; raise ValueError for what does not fit."""
    checks.check_measure(measure)
    networks = _networks(schema, labels)
    steps = _steps(len(networks), records)
    return {
        "figure": "heatmap", "networks": [one for _, one in networks], "measure": measure,
        "steps": [
            [{"step": step, **asked_values(one, names)} for step, one in own]
            for (names, _), own in zip(networks, steps, strict=True)
        ],
        "changes": [{"step": one["step"], "variant": one.get("variant")} for one in changes],
        **_common(span, width, height, theme),
    }  # fmt: skip


def _common(span: Range | None, width: float, height: float, theme: str) -> dict[str, Any]:
    return {
        "span": checks.check_span(span), "width": width, "height": height,
        "theme": checks.check_word("theme", theme, checks.THEMES),
    }  # fmt: skip


def _one_each(values: list[Measured], count: int) -> list[Measured]:
    if len(values) != count:
        raise ValueError(f"values: {len(values)} for {count} networks. Give one a network, in their order.")
    return values


def _networks(schema: Schemas, labels: Sequence[str] | None) -> list[Network]:
    found = listed(schema)
    if not found:
        raise ValueError("schema: there is none. Give recorder.schema, or the variants of the schema event.")
    if labels is not None and len(labels) != len(found):
        raise ValueError(f"labels: {len(labels)} for {len(found)} networks. Give one a network.")
    made: list[Network] = []
    for number, one in enumerate(found):
        own = one if isinstance(one, Mapping) else {}
        usual = "network" if len(found) == 1 else f"network {number + 1}"
        label = labels[number] if labels else own.get("label") or usual
        names = as_schema(one)
        made.append((names, {"label": label, "names": names.to_dict(), "precision": own.get("precision", USUAL)}))
    return made


def _steps(count: int, records: Sequence[Any]) -> list[list[tuple[int, Measured]]]:
    """Return for each network its steps: from records of one network, a list a network, or steps as the API sends."""
    if len(records) == 0:
        raise ValueError("records: there is none. Give the records of at least one step.")
    if isinstance(records[0], Sequence):
        if len(records) != count:
            raise ValueError(f"records: {len(records)} lists for {count} networks. Give one a network.")
        return [_recorded(cast("Sequence[Any]", own)) for own in records]
    if isinstance(records[0], Mapping) and "variants" in records[0]:
        return [[(step["step"], _part(step, v, count)) for step in records] for v in range(count)]
    if count != 1:
        raise ValueError(f"records: those of one network for {count}. Give a list of records a network.")
    return [_recorded(records)]


def _part(step: Json, variant: int, count: int) -> Measured:
    if len(step["variants"]) != count:
        raise ValueError(f"records: a step of {len(step['variants'])} networks for {count}. Give a schema for each.")
    return step["variants"][variant]


def _recorded(records: Sequence[Any]) -> list[tuple[int, Measured]]:
    found: list[tuple[int, Measured]] = []
    for record in records:
        if isinstance(record, Record):
            found.append((record.step, record))
        elif isinstance(record, Mapping) and "step" in record:
            found.append((record["step"], cast("Json", record)))
        else:
            raise ValueError("records: one is no record and no step. Give records, without None for steps left out.")
    if not found:
        raise ValueError("records: a network has none. Give at least one step of each.")
    return found
