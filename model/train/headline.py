"""The line above a picture: each quantity in each network, and what differs, as pieces that a page puts together.

A gradient is compared as the diagnosis compares it (docs/measures.md): at the outputs of the first and the last block,
brought to one scale by the number of positions of the maps.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.differences import Net, differences_of
from skipscope.model.describe.graph import build_graph
from skipscope.model.measure.record import Schema, Value, WireNumber

Piece = str | float | dict[str, int]
"""A text, a number, or the name of a network: `{"network": 1}`."""
ALIKE = 1.15
"""A factor nearer to 1 is no difference that anybody sees."""


class Measured(NamedTuple):
    """A network in a step: its names, its measured columns, and its shortcuts as they were."""

    net: Net
    schema: Schema
    columns: Mapping[str, Sequence[Value | WireNumber]]


class Pair(NamedTuple):
    """A measurement, and the one that it is compared with; None: not measured, infinite: not finite."""

    there: float | None
    here: float | None


def headline_of(networks: Sequence[Measured]) -> dict[str, Any]:
    """Return the wire's headline: the pieces of the sentence on each quantity, and the sentence on what differs."""
    return {
        "measured": {quantity: sentence(networks) for quantity, sentence in _SENTENCES.items()},
        "differences": differences_of([one.net for one in networks]),
    }


def described(variants: Sequence[Mapping[str, Any]]) -> list[tuple[Architecture, Schema]]:
    """Return the networks of a schema in the wire's form, with the names of their columns."""
    return [
        (
            Architecture.model_validate(one["architecture"]),
            Schema(tuple(one["taps"]), tuple(one["weights"]), tuple(one["blocks"])),
        )
        for one in variants
    ]


def headline_from(
    networks: Sequence[tuple[Architecture, Schema]], variants: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the headline of these networks, measured in a step or a probe in the wire's form."""
    return headline_of([
        Measured(Net(architecture, one["net"]["skips"], one["net"]["strength"]), schema, one["values"])
        for (architecture, schema), one in zip(networks, variants, strict=True)
    ])  # fmt: skip


_Sentence = Callable[[Sequence[Measured]], list[Piece]]


class _Line:
    """The pieces of a sentence; neighbouring texts become one."""

    def __init__(self, start: str) -> None:
        self.pieces: list[Piece] = [start]

    def add(self, *pieces: Piece) -> None:
        for piece in pieces:
            last = self.pieces[-1]
            if isinstance(piece, str) and isinstance(last, str):
                self.pieces[-1] = last + piece
            else:
                self.pieces.append(piece)

    def close(self, network: int, of: int) -> None:
        """End what is said of a network with its name."""
        self.add(" in ", {"network": network}, "." if network == of - 1 else ", ")


def _courses(subject: str, at: tuple[int, int], read: Callable[[Measured], Pair]) -> _Sentence:
    """Return the writer of "The gradient at block 1 is 0.02 times that at block 27 in A, exactly 0 in B."."""

    def write(networks: Sequence[Measured]) -> list[Piece]:
        names = _ends(networks)
        other = f"that at {names[at[1]]}"
        line, named = _Line(f"{subject} at {names[at[0]]} is "), False
        for number, network in enumerate(networks):
            pieces, compares = _compared(read(network), "" if named else f" {other}")
            named = named or compares
            line.add(*pieces)
            line.close(number, len(networks))
        return line.pieces

    return write


def _compared(pair: Pair, other: str) -> tuple[list[Piece], bool]:
    """Return how a measurement compares with the other, and whether a factor was said."""
    there, here = pair
    if there is None or here is None:
        return ["not measured"], False
    if not (math.isfinite(there) and math.isfinite(here)):
        return ["not finite"], False
    if there == 0:
        return ["exactly 0"], False
    if here == 0:
        return [f"above 0, and exactly 0{other.replace(' that', '')},"], False
    factor = there / here
    if max(factor, 1 / factor) < ALIKE:
        return [f"about as large as{other}" if other else "about the same"], True
    return [_two(factor), f" times{other}"], True


class _Span(NamedTuple):
    """The words for the numbers of a network, from the least to the greatest."""

    subject: str
    unit: str
    of: str
    nothing: str
    scale: float = 1


def _spans(words: _Span, read: Callable[[Measured], list[float]]) -> _Sentence:
    """Return the writer of "Exact zeros are 40 to 60 % of what each activation puts out in A, 50 to 51 % in B."."""

    def write(networks: Sequence[Measured]) -> list[Piece]:
        line, named = _Line(f"{words.subject} "), False
        for number, network in enumerate(networks):
            found = read(network)
            finite = [words.scale * value for value in found if math.isfinite(value)]
            if finite:
                low, high = _two(min(finite)), _two(max(finite))
                of = "" if named else f" {words.of}"
                line.add(*([low] if low == high else [low, " to ", high]), f" {words.unit}{of}")
                named = True
            else:
                line.add("no finite number" if found else words.nothing)
            line.close(number, len(networks))
        return line.pieces

    return write


def _two(value: float) -> float:
    return float(f"{value:.2g}")


def _ends(networks: Sequence[Measured]) -> tuple[str, str]:
    """Name the first and the last block: by number where all networks have as many."""
    counts = {len(network.schema.blocks) for network in networks}
    alike = len(counts) == 1 and counts != {1}
    return ("block 1", f"block {counts.pop()}") if alike else ("the first block", "the last block")


def _number(value: Value | WireNumber) -> float | None:
    if value is None:
        return None
    return math.inf if isinstance(value, str) or not math.isfinite(value) else float(value)


def _at(network: Measured, measure: str, place: str) -> float | None:
    taps = network.schema.taps
    return _number(network.columns[measure][taps.index(place)]) if place in taps else None


def _gradient(network: Measured) -> Pair:
    first, last = network.schema.blocks[0], network.schema.blocks[-1]
    there, here = _at(network, "gradient_rms", first), _at(network, "gradient_rms", last)
    return Pair(None if there is None else there * _scale(network.net.architecture), here)


def _scale(architecture: Architecture) -> float:
    """Return the factor that brings a gradient at the first block to the scale of the last."""
    (_, *first), (_, *last) = build_graph(architecture).ends
    return math.sqrt(math.prod(first) / math.prod(last))


def _activation(network: Measured) -> Pair:
    first, last = network.schema.blocks[0], network.schema.blocks[-1]
    return Pair(_at(network, "activation_rms", last), _at(network, "activation_rms", first))


def _weights(network: Measured) -> Pair:
    first, last = (_first_weight(network, network.schema.blocks[at]) for at in (0, -1))
    return Pair(first, last)


def _first_weight(network: Measured, block: str) -> float | None:
    names = network.schema.weights
    at = next((i for i, name in enumerate(names) if name.startswith(f"{block}.")), None)
    return None if at is None else _number(network.columns["weight_gradient_norm"][at])


def _ratios(network: Measured) -> list[float]:
    pairs = zip(network.columns["residual_rms"], network.columns["identity_rms"], strict=True)
    known = [(f, x) for f, x in ((_number(f), _number(x)) for f, x in pairs) if f is not None and x is not None]
    return [f / x if x and math.isfinite(f) and math.isfinite(x) else math.inf for f, x in known if f or x]


def _zeros(network: Measured) -> list[float]:
    return [value for value in map(_number, network.columns["zero_fraction"]) if value is not None]


_SENTENCES: dict[str, _Sentence] = {
    "gradient_path": _courses("The gradient", (0, 1), _gradient),
    "weight_gradient": _courses("The gradient of the first weights (L2 norm)", (0, 1), _weights),
    "activation": _courses("The activation (RMS)", (1, 0), _activation),
    "branch_ratio": _spans(
        _Span("F(x) has", "times", "the RMS of its shortcut", "no shortcut to compare with"), _ratios
    ),
    "dead_units": _spans(
        _Span("Exact zeros are", "%", "of what each activation puts out", "not measured", 100), _zeros
    ),
}  # fmt: skip
