"""The numbers of similarity: of each network and of each two, with a sentence."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from torch import Tensor

ALIKE = 0.99
"""Layers whose CKA is at least this say the same of the images."""
LONG = 1 / 4
"""Of the blocks that say the same as the last so many are named, or more: the network has collapsed there."""

Layers = tuple[str, ...]


def to_dict(labels: Sequence[str], layers: Sequence[Layers], errors: Sequence[float], cka: Tensor) -> dict[str, Any]:
    """Return what is found of the networks that `cka` has the layers of, all in one matrix."""
    starts = [sum(map(len, layers[:number])) for number in range(len(layers) + 1)]
    count = starts.index(len(cka))
    spans = [slice(starts[number], starts[number + 1]) for number in range(count)]
    variants = [
        _of_one(labels[number], layers[number], errors[number], cka[span, span].tolist())
        for number, span in enumerate(spans)
    ]
    pairs = [
        _of_two(labels[one], labels[two], cka[spans[one], spans[two]].tolist())
        for one, two in combinations(range(count), 2)
    ]
    sentences = [
        *map(sentence_of, variants),
        *(_pair_sentence(pair) for pair in pairs if pair["same_place"] is not None),
    ]
    return {"variants": variants, "pairs": pairs, "sentences": sentences}


def _of_one(label: str, layers: Layers, error: float, rows: list[list[float]]) -> dict[str, Any]:
    stages = [name.partition(".")[0] for name in layers]
    blocks = range(1, len(layers))
    within, between = list[float](), list[float]()
    for i, j in combinations(blocks, 2):
        (within if stages[i] == stages[j] else between).append(rows[i][j])
    run = next((number for number in reversed(blocks) if not rows[number][-1] >= ALIKE), 0) + 1
    return {
        "label": label, "layers": list(layers), "stages": stages, "error": error, "cka": _wire(rows),
        "within_stages": _mean(within), "between_stages": _mean(between), "first_with_last": _number(rows[1][-1]),
        "alike_from": layers[run] if run < len(layers) else None,
        "alike_to_last": max(0, len(layers) - 1 - run),
    }  # fmt: skip


def _of_two(first: str, second: str, rows: list[list[float]]) -> dict[str, Any]:
    same = [rows[i][i] for i in range(len(rows))] if len(rows) == len(rows[0]) else []
    return {"first": first, "second": second, "cka": _wire(rows), "same_place": _mean(same)}


def _mean(values: Sequence[float]) -> float | None:
    known = [value for value in values if not math.isnan(value)]
    return _number(math.fsum(known) / len(known)) if known else None


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _wire(rows: list[list[float]]) -> list[list[float | None]]:
    return [[_number(value) for value in row] for row in rows]


def sentence_of(found: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    said = f"{found['label']} ({found['error']:.1%} error): blocks of one stage are alike to "
    said += _two(found["within_stages"])
    if found["between_stages"] is not None:
        said += f" in the mean, those of different stages to {_two(found['between_stages'])}"
    said += f", and the first block to the last to {_two(found['first_with_last'])}."
    if found["alike_to_last"] > 1 and found["alike_to_last"] + 1 >= LONG * (len(found["layers"]) - 1):
        said += (
            f" The last {found['alike_to_last'] + 1} of its {len(found['layers']) - 1} blocks, from "
            f"{found['alike_from']} on, say the same of the images (each {ALIKE} or more with the last)."
        )
    return said


def _pair_sentence(found: dict[str, Any]) -> str:
    return (
        f"{found['first']} and {found['second']} are alike to {_two(found['same_place'])} in the mean of the layers at "
        "the same place."
    )


def _two(value: float | None) -> str:
    return "nothing that is defined" if value is None else f"{value:.2f}"
