"""Blocks that are deleted or change places in a network that stays as it is (Veit et al. 2016), and their influence,
1 - cos(x_l, x_l+1) (Men et al. 2024)."""

import math
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch

from skipscope.model.experiments.lesions.figure import figure_of
from skipscope.model.experiments.lesions.kind import LESIONS, LesionsRequest
from skipscope.model.experiments.lesions.surgery import Surgery
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.measure.record import wire_number

MOST_COUNTS = 8


def start(request: LesionsRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


class Lesions:
    """One network's lesions, piece by piece."""

    def __init__(self, label: str, surgery: Surgery, request: LesionsRequest) -> None:
        self.label, self._surgery, self._draws = label, surgery, request.draws
        self._generator = torch.Generator().manual_seed(request.seed)
        self.deleted: dict[int, tuple[float, float]] = {}
        self.at_random: dict[int, list[tuple[float, float]]] = {}
        self.by_influence: dict[int, tuple[float, float]] = {}
        self.swapped: dict[int, list[tuple[float, float]]] = {}

    @property
    def counts(self) -> tuple[int, ...]:
        """Return of how many blocks at once lesions are made: 1, 2 and on, to half of those that can be deleted."""
        most = len(self._surgery.deletable) // 2
        step = max(1, -(-most // MOST_COUNTS))
        return tuple(range(step, most + 1, step))

    @property
    def _order(self) -> list[int]:
        """Return the blocks to prune, the least influential first; those whose influence is not defined come last."""
        influence = {block: self._surgery.influence[block] for block in self._surgery.deletable}
        return sorted(influence, key=lambda block: _or_most(influence[block]))

    def pieces(self) -> Generator[None]:
        """Do one piece of work after the other."""
        surgery = self._surgery
        for block in surgery.deletable:
            self.deleted[block] = surgery.without({block})
            yield
        for count in self.counts:
            self.by_influence[count] = surgery.without(set(self._order[:count]))
            yield
            for _ in range(self._draws):
                chosen = torch.randperm(len(surgery.deletable), generator=self._generator)[:count].tolist()
                found = surgery.without({surgery.deletable[i] for i in chosen})
                self.at_random.setdefault(count, []).append(found)
                yield
        for count in self.counts if surgery.has_swaps else ():
            for _ in range(self._draws):
                self.swapped.setdefault(count, []).append(surgery.reordered(count, self._generator))
                yield

    @property
    def num_pieces(self) -> int:
        """Return how many pieces of work there are."""
        kinds = 2 * self._draws + 1 if self._surgery.has_swaps else self._draws + 1
        return len(self._surgery.deletable) + kinds * len(self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Return what is found until now: loss and error of each network that was made."""
        surgery = self._surgery
        return {
            "label": self.label,
            "images": surgery.num_images,
            "loss": wire_number(surgery.whole[0]),
            "error": surgery.whole[1],
            "blocks": [
                {
                    "block": name,
                    "influence": wire_number(surgery.influence[number]),
                    "loss": wire_number(self.deleted[number][0]) if number in self.deleted else None,
                    "error": self.deleted[number][1] if number in self.deleted else None,
                    "reason": surgery.reasons.get(number),
                }
                for number, name in enumerate(surgery.names)
            ],
            "deleted_at_random": _means(self.at_random),
            "deleted_by_influence": _means({count: [found] for count, found in self.by_influence.items()}),
            "swapped": _means(self.swapped),
        }


def _or_most(influence: float | None) -> float:
    return math.inf if influence is None or math.isnan(influence) else influence


def _means(found: dict[int, list[tuple[float, float]]]) -> list[dict[str, Any]]:
    return [
        {
            "count": count, "draws": len(values), "loss": wire_number(sum(loss for loss, _ in values) / len(values)),
            "error": sum(error for _, error in values) / len(values), "errors": [error for _, error in values],
        }
        for count, values in sorted(found.items())
    ]  # fmt: skip


def sentence_of(found: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    errors = sorted(one["error"] for one in found["blocks"] if one["error"] is not None)
    whole = f"{found['label']} has {found['error']:.1%} error on {found['images']} held-out images"
    if not errors:
        return f"{whole}; none of its blocks can be deleted."
    median = (
        f"{whole}. With one block deleted it has {errors[len(errors) // 2]:.1%} in the median of {len(errors)} blocks"
    )
    most = errors[-1]
    if most <= found["error"]:
        return f"{median}; no single deletion raises it."
    worst = [one["block"] for one in found["blocks"] if one["error"] == most]
    if len(worst) > 1:
        return f"{median}, and {most:.1%} at most, without any one of {len(worst)} blocks, {worst[0]} among them."
    return f"{median}, and {most:.1%} without {worst[0]}, which hurts most."


def _wire(found: Sequence[Lesions]) -> dict[str, Any]:
    variants = [one.to_dict() for one in found]
    return {"variants": variants, "sentences": [sentence_of(one) for one in variants]}


def _events(request: LesionsRequest, state: bytes | None) -> Generator[Event | None]:
    networks = yield from trained(request, 1, state, LESIONS)
    data = networks.dataset
    images, labels = data.test_pixels[: request.images], data.send(data.test_labels[: request.images])
    found: list[Lesions] = []
    for label, net in zip(networks.labels, networks.nets, strict=True):
        found.append(Lesions(label, Surgery(net, data.prepare(images), labels), request))
        yield None
    total = sum(one.num_pieces for one in found)
    pace = Pace(request.steps, request.steps + total, lambda: _wire(found), figure_of)
    yield from pace.events(_work(found))


def _work(found: Sequence[Lesions]) -> Iterator[bool]:
    """Go on with the networks in turns, so that they can be compared from the beginning."""
    waiting = [one.pieces() for one in found]
    while waiting:
        for pieces in list(waiting):
            if next(pieces, waiting) is waiting:
                waiting.remove(pieces)
            else:
                yield True
