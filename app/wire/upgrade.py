"""Records of earlier versions, brought into the present form when they are read. The one place that knows them.

In version 1 null also stood for what is not finite, and a step did not name the network that it was measured with:
both follow from the schema, the changes and the blocks that were dropped. A refused change was the beginning of a
sentence. Version 2 did not compare networks and counted no dead units, and its first findings
judged by the gradient alone. Version 3 had no headline, which follows from the measurements.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from skipscope.app.wire.old_findings import upgrade_findings
from skipscope.model.measure.record import VERSION, Schema
from skipscope.model.train.headline import described, headline_from

Json = dict[str, Any]
SHORTCUTS = (".downsample.", ".gate.")
"""Texts in the names of a shortcut's weights, in version 1."""
REFUSED = "not changed: "
LOST = "nan"
"""Version 1 did not say whether a number was NaN or infinite."""


class LaterVersion:
    """The events of one run of version 2 or 3, of which the schema is known."""

    def __init__(self, schema: Json) -> None:
        self._networks = described(schema["variants"])

    def upgrade(self, kind: str, data: bytes) -> bytes:
        """Return an event of the run in the present form."""
        if kind == "schema":
            return orjson.dumps({**orjson.loads(data), "version": VERSION})
        if kind != "step":
            return data
        step = orjson.loads(data)
        variants = [{**one, "findings": upgrade_findings(one["findings"])} for one in step["variants"]]
        headline = headline_from(self._networks, variants)
        return orjson.dumps({"comparison": None, "headline": headline, **step, "variants": variants})


class FirstVersion:
    """The events of one run of version 1, of which the schema and all changes are known."""

    def __init__(self, schema: Json, changes: Iterable[bytes]) -> None:
        self._variants: list[Json] = [
            {
                "precision": "float32",
                "memory_format": "contiguous",
                "device": "cpu",
                "strength": [1.0] * len(variant["blocks"]),
                **variant,
            }
            for variant in schema["variants"]
        ]
        self._networks = described(self._variants)
        self._changes = [orjson.loads(change) for change in changes]

    def upgrade(self, kind: str, data: bytes) -> bytes:
        """Return an event of the run in the present form."""
        if kind == "schema":
            return orjson.dumps({"version": VERSION, "variants": self._variants})
        if kind == "step":
            return orjson.dumps(self._step(orjson.loads(data)))
        if kind == "status":
            return orjson.dumps(_status(orjson.loads(data)))
        return data

    def _step(self, step: Json) -> Json:
        nets = self._nets(step["step"])
        found = zip(self._networks, nets, step["variants"], strict=True)
        variants = [_variant(schema, net, variant) for (_, schema), net, variant in found]
        headline = headline_from(self._networks, variants)
        return {"precision": "float32", "comparison": None, "headline": headline, **step, "variants": variants}

    def _nets(self, step: int) -> list[Json]:
        """Return the networks at a step: as the run began, and what was changed until then."""
        nets = [{"skips": _skips(variant), "strength": list(variant["strength"])} for variant in self._variants]
        for change in self._changes:
            if change["step"] <= step and change["variant"] is not None:
                nets[change["variant"]] |= change["changed"]
        return nets


def of_run(schema: bytes, changes: Callable[[], Iterable[bytes]]) -> FirstVersion | LaterVersion | None:
    """Return what upgrades the events of a run with this schema; None where they are in the present form."""
    data = orjson.loads(schema)
    match data.get("version"):
        case None:
            return FirstVersion(data, changes())
        case 2 | 3:
            return LaterVersion(data)
        case _:
            return None


def upgrade_digest(digest: str | None) -> str | None:
    """Return a run's few numbers in the present form: a loss that was null was not finite."""
    if digest is None or '"loss":' not in digest or "null" not in digest:
        return digest
    data = orjson.loads(digest)
    for variant in data["variants"]:
        for name in ("loss", "accuracy"):
            variant[name] = [LOST if value is None else value for value in variant[name]]
    return orjson.dumps(data).decode()


def _skips(variant: Mapping[str, Any]) -> list[bool]:
    skips = variant["architecture"]["skips"]
    return list(skips) if isinstance(skips, list) else [skips] * len(variant["blocks"])


def _status(status: Json) -> Json:
    reason = status.get("reason") or ""
    if not reason.startswith(REFUSED):
        return status
    return {**status, "refused": {"variant": None, "changed": {}, "detail": reason.removeprefix(REFUSED)}}


def _variant(schema: Schema, net: Json, variant: Json) -> Json:
    values, dropped = variant["values"], variant.get("dropped", [])
    cut = [block for block, on in zip(schema.blocks, net["skips"], strict=True) if not on]
    counts, gradients = values["nonfinite"], values["weight_gradient_norm"]
    lost_somewhere = any(counts)

    def is_lost(measure: str, i: int) -> bool:
        if measure in ("activation_rms", "gradient_rms"):
            return bool(counts[i])
        if measure in ("zero_fraction", "nonfinite", "dead_units") or not lost_somewhere:
            return False
        if measure == "update_ratio":  # where the gradient was a number, the weight was 0
            return gradients[i] is None and is_lost("weight_gradient_norm", i)
        name = schema.names(measure)[i]
        shortcut = measure.startswith("identity") or any(part in name for part in SHORTCUTS)
        return not any(name == block or name.startswith(f"{block}.") for block in (cut if shortcut else dropped))

    told = {
        measure: [LOST if value is None and is_lost(measure, i) else value for i, value in enumerate(column)]
        for measure, column in values.items()
    }
    loss = LOST if variant["loss"] is None else variant["loss"]
    findings = upgrade_findings(variant.get("findings", []))
    rest = {"test_accuracy": None, **variant, "findings": findings}
    return {**rest, "loss": loss, "dropped": dropped, "net": net, "values": told}
