"""The tensor that is measured of a module's output: the first of real numbers, wherever it lies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, cast

from torch import Tensor, nn

DEEPEST, LONGEST = 8, 64
"""No tensor is looked for deeper than this, or behind more parts of one thing."""


def first_real(output: object) -> Tensor | None:
    """Return the first tensor of floating-point numbers in tuples, lists, mappings, dataclasses and other objects.

    Without one, return the first tensor of other numbers; without any, None.
    """
    others: list[Tensor] = []
    found = _find(output, others, DEEPEST, set())
    return found if found is not None else others[0] if others else None


def _find(x: object, others: list[Tensor], depth: int, seen: set[int]) -> Tensor | None:
    if isinstance(x, Tensor):
        if x.is_floating_point():
            return x
        others.append(x)
        return None
    if depth == 0 or id(x) in seen:
        return None
    seen.add(id(x))
    for part in islice(_parts(x), LONGEST):
        found = _find(part, others, depth - 1, seen)
        if found is not None:
            return found
    return None


def _parts(x: object) -> Iterable[object]:
    if x is None or isinstance(x, str | bytes | int | float | complex | range | type | nn.Module):
        return ()
    if isinstance(x, Mapping):
        return cast("Mapping[Any, object]", x).values()
    if isinstance(x, Sequence):
        return cast("Sequence[object]", x)
    if is_dataclass(x):
        return (getattr(x, own.name, None) for own in fields(x))
    slots = [getattr(x, name, None) for kind in type(x).__mro__ for name in _slots(kind)]
    return (*slots, *getattr(x, "__dict__", {}).values())


def _slots(kind: type) -> Sequence[str]:
    names: str | Sequence[str] = kind.__dict__.get("__slots__", ())
    return (names,) if isinstance(names, str) else tuple(names)
