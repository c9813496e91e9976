"""The differences between networks that stand beside each other, as one sentence."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.labels import label_of

MOST = 3
"""So many differences are named; of more, the number."""
IMPLIED = ("skips", "widths", "in_channels", "num_classes", "image_size", "norm_groups")
"""Fields that stand elsewhere for every network, or follow from another field."""


class Net(NamedTuple):
    """A network with its shortcuts as they are: whether each is connected, and the factor on it."""

    architecture: Architecture
    skips: Sequence[bool]
    strength: Sequence[float]


def differences_of(nets: Sequence[Net]) -> str:
    """Say what differs; of one network, how many of its skips are cut, and nothing if none is."""
    if len(nets) == 1:
        return _cut(nets[0].skips)
    found = [*_skips(nets), *_fields(nets)]
    if not found:
        return "Their settings and skips are the same."
    named, more = found[:MOST], len(found) - MOST
    last = f"{more} more setting{'' if more == 1 else 's'}" if more > 0 else named.pop()
    only = "" if more > 0 else "only "
    return f"They differ {only}in {' and '.join([', '.join(named), last] if named else [last])}."


def _cut(skips: Sequence[bool]) -> str:
    cut = len(skips) - sum(skips)
    if cut == 0:
        return ""
    return "It has no skip." if cut == len(skips) else f"{cut} of its {len(skips)} skips are cut."


def _skips(nets: Sequence[Net]) -> list[str]:
    first, *others = nets
    if any(len(other.skips) != len(first.skips) for other in others):
        kinds = {None if any(net.skips) and not all(net.skips) else all(net.skips) for net in nets}
        return ["their skips"] if len(kinds) > 1 else []
    found: list[str] = []
    differing = sum(len(set(of_block)) > 1 for of_block in zip(*(net.skips for net in nets), strict=True))
    if differing:
        found.append(f"{differing} skip{'' if differing == 1 else 's'}")
    if any(list(other.strength) != list(first.strength) for other in others):
        found.append("the strength of shortcuts")
    return found


def _fields(nets: Sequence[Net]) -> list[str]:
    """Name the fields that differ; of two networks with their values, which would be too long a list of more."""
    fields = [net.architecture.model_dump(exclude=set(IMPLIED)) for net in nets]
    found: list[str] = []
    for name in fields[0]:
        values = [one[name] for one in fields]
        if all(value == values[0] for value in values):
            continue
        if name == "depths":
            blocks = " and ".join(str(len(net.skips)) for net in nets)
            found.append(f"depth ({blocks} blocks)" if len(nets) == 2 else "depth")
            continue
        plain = not any(isinstance(value, tuple) for value in values)
        said = f" ({' and '.join(map(_said, values))})" if plain and len(nets) == 2 else ""
        found.append(f"{label_of(name).lower()}{said}")
    return found


def _said(value: Any) -> str:
    if value is True:
        return "on"
    if value is False or value is None:
        return "off"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
