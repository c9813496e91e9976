"""Equations on skip connections that hold exactly, or but for rounding, each tried beside a control that does not."""

from collections.abc import Generator, Iterator
from typing import Any

import torch

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.data.loader import load
from skipscope.model.experiments.identities.figure import figure_of
from skipscope.model.experiments.identities.kind import PATH_IMAGES, IdentitiesRequest
from skipscope.model.experiments.identities.netfold import NetFold, fold_blocks
from skipscope.model.experiments.identities.pathsum import Paths, PathSum
from skipscope.model.experiments.identities.repvgg import RepVGG, folded
from skipscope.model.experiments.identities.twins import Twins
from skipscope.model.experiments.pace import Pace
from skipscope.model.jobs.job import Event, Job
from skipscope.model.measure.record import WireNumber, wire_number

SIZE = 8
"""Height and width, and number, of the random images that RepVGG blocks see."""
PREDICT = {
    "fold": "A block with a 3x3 convolution, a 1x1 convolution and a skip: can one convolution do the same?",
    "subtraction": "Each block subtracts its branch, whose last layer is negated: how does x - F(x) train?",
    "paths": "The gradients of all paths are added up, each followed alone: what is missing in backward's gradient?",
}  # fmt: skip
"""The question of each equation, to be answered before its result is shown."""


PRECISIONS = (torch.float32, torch.float64)
COARSE = 0.005
"""Differences from this on are said in percent."""


def start(request: IdentitiesRequest, _: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request))


class _Found:
    """The numbers of each equation, as far as they are known."""

    def __init__(self) -> None:
        self.folds: dict[str, list[tuple[float, float]]] = {}
        self.variants: list[tuple[str, Twins]] = []
        self.paths: dict[str, PathSum] = {}
        self.net_folds: dict[str, list[NetFold]] = {}

    def to_dict(self) -> dict[str, Any]:
        folds = [_of_fold(precision, drawn) for precision, drawn in self.folds.items()]
        variants = [
            _of_variant(label, twins, self.paths.get(label), self.net_folds.get(label, []))
            for label, twins in self.variants
        ]
        return {
            "predict": PREDICT, "folds": folds, "variants": variants,
            "sentences": [*map(fold_sentence, folds), *(text for one in variants for text in variant_sentences(one))],
        }  # fmt: skip


def _of_fold(precision: str, drawn: list[tuple[float, float]]) -> dict[str, Any]:
    return {
        "precision": precision, "blocks": len(drawn),
        "difference": max(one for one, _ in drawn), "control": min(two for _, two in drawn),
    }  # fmt: skip


def _of_variant(label: str, twins: Twins, paths: PathSum | None, folds: list[NetFold]) -> dict[str, Any]:
    subtraction = None
    if twins.obstacle is None and twins.twins_losses:
        subtraction = {
            "difference": twins.largest_difference, "control": twins.control, "steps": len(twins.twins_losses),
            "losses": _wire(twins.twins_losses), "equal_parameters": twins.equal_parameters,
        }  # fmt: skip
    return {
        "label": label, "losses": _wire(twins.losses), "broken_at": twins.broken_at, "subtraction": subtraction,
        "obstacle": twins.obstacle, "paths": None if paths is None else paths._asdict(),
        "folds": [one._asdict() for one in folds],
    }  # fmt: skip


def _wire(losses: list[float]) -> list[WireNumber]:
    return [wire_number(loss) for loss in losses]


def fold_sentence(found: dict[str, Any]) -> str:
    """Say how well RepVGG blocks fold."""
    return (
        f"RepVGG in {found['precision']} ({found['blocks']} drawn): a block and the convolution that it folds into, "
        f"without a skip, differ by {_digits(found['difference'])} at most; folded without the skip's part, by "
        f"{_digits(found['control'])} or more."
    )


def variant_sentences(found: dict[str, Any]) -> list[str]:
    """Say a network's results with their numbers."""
    said, label, one, paths = list[str](), found["label"], found["subtraction"], found["paths"]
    if found["obstacle"] is not None:
        said.append(f"{label}: {found['obstacle']}, so nothing is subtracted.")
    elif one is not None:
        sizes = "are" if one["equal_parameters"] else "are not all"
        said.append(
            f"{label} with x - F(x) and its branches negated, {one['steps']} steps: the losses differ by "
            f"{_digits(one['difference'])}, and all parameters {sizes} equal to the bit but for the sign. "
            f"Without the negation the first loss differs by {_digits(one['control'])}."
        )
    if found["broken_at"] is not None:
        said.append(f"{label}: its loss is not finite at step {found['broken_at']}, so no path is followed.")
    if paths is not None:
        count, rest = paths["paths"], _digits(paths["difference"])
        own = f"the gradients of {count:,} paths add up to" if count > 1 else "the gradient of the only path is"
        said.append(f"{label}: through its last blocks {own} backward's gradient but for {rest}.")
    for fold in found["folds"]:
        own = f"without the shortcut's part, by {_digits(fold['control'])} or more" if fold["control"] else "no skip"
        said.append(
            f"{label} after training, in {fold['precision']}: each of its {fold['blocks']} blocks and the convolution "
            f"that it folds into differ by {_digits(fold['difference'])} at most; {own}."
        )
    return said


def _digits(value: float) -> str:
    if value == 0:
        return "0, to the last bit"
    return f"{value:.0%} of its size" if value >= COARSE else f"{value:.1e} of its size"


def _events(request: IdentitiesRequest) -> Generator[Event | None]:
    training = request.training()
    # its bits are those of the CPU, on any device
    data = load(request.dataset, image_size=adapt_all(request)[0].image_size, seed=request.seed)
    found = _Found()
    total = request.folds + len(request.variants) * (request.steps + 1)
    yield None

    def work() -> Iterator[bool]:
        for _ in _folds(request, found):
            yield True
        for label, architecture in zip(request.names(), adapt_all(request), strict=True):
            twins = Twins(architecture, training)
            found.variants.append((label, twins))
            batches = data.batches(request.batch_size)
            while twins.broken_at is None and len(twins.losses) < request.steps:
                _, images, labels = next(batches)
                twins.advance(images, labels)
                yield True
            if twins.broken_at is None:
                _, images, labels = next(data.batches(request.batch_size))
                paths = Paths(twins.net, images[:PATH_IMAGES], labels[:PATH_IMAGES], request.path_blocks)
                for _ in paths.pieces():
                    yield False
                found.paths[label] = paths.found()
                folds = (fold_blocks(twins.net, images[:PATH_IMAGES], dtype) for dtype in PRECISIONS)
                found.net_folds[label] = [one for one in folds if one is not None]
                yield True

    yield from Pace(0, total, found.to_dict, figure_of).events(work())


def _folds(request: IdentitiesRequest, found: _Found) -> Iterator[None]:
    generator = torch.Generator().manual_seed(request.seed)
    for _ in range(request.folds):
        block = RepVGG(request.channels, generator).eval()
        x = torch.randn(SIZE, request.channels, SIZE, SIZE, generator=generator)
        for dtype in PRECISIONS:
            found.folds.setdefault(str(dtype).removeprefix("torch."), []).append(fold(block.to(dtype), x.to(dtype)))
        yield None


@torch.no_grad()
def fold(block: RepVGG, x: torch.Tensor) -> tuple[float, float]:
    """Return how much a folded block differs from the block, over its largest output; and one without the identity."""
    wanted = block(x)
    return tuple[float, float](
        ((folded(block, with_identity=kept)(x) - wanted).abs().amax() / wanted.abs().amax()).item()
        for kept in (True, False)
    )
