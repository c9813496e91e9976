"""A network of a figure: its summary, its name among the others, its skips, and the names of what is measured in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.names import labels_of
from skipscope.model.describe.summary import Summary, summarize
from skipscope.model.measure.record import Schema

Json = Mapping[str, Any]
T = TypeVar("T")
Described = Summary | Architecture | Json
"""A summary, an architecture, or a summary as the API sends it."""
UNREAD = ("nodes", "edges")
"""Parts of a graph that no figure is drawn from."""


@dataclass(frozen=True, slots=True)
class Network:
    """One network on a figure; `skips` are those of the net when it was measured."""

    label: str
    summary: Json
    skips: tuple[bool, ...]
    schema: Schema

    def asked(self) -> dict[str, Any]:
        """Return what a request says of it."""
        graph = {name: part for name, part in self.summary["graph"].items() if name not in UNREAD}
        summary = {name: self.summary[name] for name in ("label", "architecture", "layers")}
        return {"label": self.label, "skips": list(self.skips), "summary": {**summary, "graph": graph}}


def networks_of(
    summaries: Described | Sequence[Described], skips: Sequence[Sequence[bool] | None] | None = None
) -> list[Network]:
    """Return the networks of one or more summaries; `skips` are those of running nets, where they were changed.

    Raise ValueError where there is none, or a length is wrong.
    """
    found = [_plain(one) for one in listed(summaries)]
    if not found:
        raise ValueError("summaries: there is none. Give one or more.")
    if skips is not None and len(skips) != len(found):
        raise ValueError(f"skips: {len(skips)} for {len(found)} networks. Give each one, or None.")
    names = labels_of([Architecture.model_validate(one["architecture"]) for one in found])
    given = skips or [None] * len(found)
    return [_network(*one) for one in zip(found, names, given, strict=True)]


def listed(given: T | Sequence[T]) -> list[T]:
    """Return one, or several, as a list."""
    several = isinstance(given, Sequence) and not isinstance(given, str)
    return list(cast("Sequence[T]", given)) if several else [cast("T", given)]


def _plain(described: Described) -> Json:
    if isinstance(described, Architecture):
        return summarize(described).to_dict()
    if isinstance(described, Summary):
        return described.to_dict()
    missing = [name for name in ("label", "architecture", "layers", "graph") if name not in described]
    if missing:
        raise ValueError(f"summaries: {', '.join(missing)} is missing. Give the result of summarize() or of the API.")
    return described


def _network(summary: Json, label: str, skips: Sequence[bool] | None) -> Network:
    graph = summary["graph"]
    built = tuple(bool(block["skip"]) for block in graph["blocks"])
    if skips is not None and len(skips) != len(built):
        raise ValueError(f"skips: {len(skips)} for the {len(built)} blocks of {label}. Give one a block.")
    names = (tuple(tap["name"] for tap in graph["taps"]), tuple(graph["weights"]))
    schema = Schema(*names, tuple(block["name"] for block in graph["blocks"]))
    return Network(label, summary, built if skips is None else tuple(skips), schema)
