"""Find the state dicts in what a training script saved: under any name, at any depth, in whole modules too."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from torch import Tensor

from skipscope.model.foreign.pickles import Inert, attributes_of
from skipscope.model.foreign.weight_files import WeightsError

State = dict[str, Any]
"""Tensors by name; under `_extra_state` whatever a module keeps there."""

EXTRA_STATE = "_extra_state"

SURE = (
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights", "params",
    "parameters",
)  # fmt: skip
"""Names under which scripts keep all the weights that they train, the first the surest."""

PLAIN = (*SURE, "generator", "backbone", "encoder", "online", "online_model", "online_encoder", "encoder_q", "student")

AVERAGES = (
    "ema", "swa", "avg", "average", "averaged", "averaging", "polyak", "shadow", "teacher", "target", "momentum",
    "encoder_k",
)  # fmt: skip
"""Words in the names of weights that are an average of others, or follow them."""

ASIDE = ("optim", "sched", "scaler", "callback", "loops", "hyper_param", "config", "metric", "rng", "criterion")
"""Words in the names of all else in a checkpoint that may hold tensors."""

MAX_DEPTH, MAX_ITEMS, MAX_VISITS = 64, 64, 100_000


class Entry(NamedTuple):
    """A state dict and its place in the file: the names on the way to it, joined by dots; empty at the top."""

    place: str
    state: State

    @property
    def rank(self) -> tuple[bool, int]:
        """Order entries: weights as they were trained before an average of them, known names before others."""
        return rank_of(self.place)


def rank_of(place: str) -> tuple[bool, int]:
    """Order places in a file, or prefixes of keys, by how surely they hold the weights that were trained."""
    names = [name for name in place.lower().split(".") if name]
    average = any(word in {name, *re.split("[-_]", name)} for name in names for word in AVERAGES)
    known = [PLAIN.index(name) for name in names if name in PLAIN]
    return average, 0 if not names else (1 + known[0] if known else len(PLAIN) + 1)


def find_entries(content: Any, name: str) -> list[Entry]:
    """Return the state dicts in what was saved, the likeliest first.

    Raise WeightsError for what nests its parts, each within several others, into more places than can be visited.
    """
    walk = _Walk(name)
    found = sorted(walk.through(content, (), frozenset()), key=lambda entry: entry.rank)
    return [entry for entry in found if any(map(_names_a_weight, entry.state))] or found


def _names_a_weight(key: str) -> bool:
    return "." in key or key in ("weight", "bias")


def joined(entries: list[Entry]) -> Entry:
    """Return all that a file holds as one state dict, as for a trunk and a head that were saved apart."""
    return Entry("", {f"{one.place}.{key}".lstrip("."): value for one in entries for key, value in one.state.items()})


class _Walk:
    """One walk through all that a file holds."""

    def __init__(self, name: str) -> None:
        self._name, self._visits = name, 0

    def visit(self) -> None:
        """Count a place; a few bytes of a pickle can make more of them than there are atoms."""
        self._visits += 1
        if self._visits > MAX_VISITS:
            raise WeightsError(f"{self._name} nests its parts into more than {MAX_VISITS} places. No checkpoint does.")

    def through(self, content: Any, place: tuple[str, ...], above: frozenset[int]) -> Iterator[Entry]:
        """Yield the state dicts at and below a place; `above` are the objects that hold it."""
        self.visit()
        if id(content) in above or len(above) > MAX_DEPTH:
            return
        above |= {id(content)}
        if isinstance(content, Inert):
            if is_module(content):
                state = dict(self.tensors_of(content, "", above))
                if state:
                    yield Entry(".".join(place), state)
                return
            content = {**content.entries, **attributes_of(content)}
        if isinstance(content, list | tuple):  # of what was saved together: (state dict, settings)
            items = enumerate(cast("list[Any] | tuple[Any, ...]", content)[:MAX_ITEMS])
            content = {str(place): item for place, item in items if not isinstance(item, Tensor)}
        if not isinstance(content, Mapping):
            return
        named = {key: value for key, value in cast("Mapping[Any, Any]", content).items() if isinstance(key, str)}
        state = {key: value for key, value in named.items() if _is_of_state(key, value)}
        if any(isinstance(value, Tensor) and value.ndim for value in state.values()):
            yield Entry(".".join(place), state)
        for key, value in named.items():
            if isinstance(value, Mapping | Inert | list | tuple) and not any(word in key.lower() for word in ASIDE):
                yield from self.through(value, (*place, key), above)

    def tensors_of(self, module: Inert, prefix: str, above: frozenset[int]) -> Iterator[tuple[str, Tensor]]:
        """Yield what the state dict of a module that was saved whole would hold."""
        self.visit()
        parts = attributes_of(module)
        left_out: Any = parts.get("_non_persistent_buffers_set") or ()
        if isinstance(left_out, Inert):  # a set, in protocols before 4
            left_out = left_out.made_with[0] if left_out.made_with else ()
        for kind in ("_parameters", "_buffers"):
            for name, value in _named(parts.get(kind)):
                if isinstance(value, Tensor) and name not in left_out:
                    yield prefix + name, value
        for name, inner in _named(parts.get("_modules")):
            if isinstance(inner, Inert) and id(inner) not in above and len(above) < MAX_DEPTH:
                yield from self.tensors_of(inner, f"{prefix}{name}.", above | {id(inner)})


def _is_of_state(key: str, value: Any) -> bool:
    """Tell whether a name and a value belong into a state dict; a weight that is no plain tensor is refused later."""
    if isinstance(value, Inert):
        return key.endswith((".weight", ".bias", EXTRA_STATE)) and not is_module(value)
    return isinstance(value, Tensor) or key.endswith(EXTRA_STATE)


def part_of(entries: list[Entry], place: str) -> list[Entry]:
    """Return what lies at or below a place, be it a name in the file or a prefix of keys."""
    found: list[Entry] = []
    for one in entries:
        if f"{one.place}.".startswith(f"{place}."):
            found.append(one)
        elif not one.place or place.startswith(f"{one.place}."):
            prefix = place.removeprefix(one.place).lstrip(".") + "."
            inside = {key.removeprefix(prefix): value for key, value in one.state.items() if key.startswith(prefix)}
            found += [Entry(place, inside)] if inside else []
    return found


def is_module(found: Any) -> bool:
    """Tell whether an inert object was a torch.nn.Module."""
    return isinstance(found, Inert) and {"_parameters", "_modules"} <= set(attributes_of(found))


def _named(found: Any) -> list[tuple[str, Any]]:
    if not isinstance(found, Mapping):
        return []
    return [(key, value) for key, value in cast("Mapping[Any, Any]", found).items() if isinstance(key, str)]
