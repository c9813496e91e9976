"""The direction of each block's branch in the course of a training: against the gradient (Jastrzebski et al. 2018), and
against the next branch (Li & Papyan 2023)."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from torch import Tensor

from skipscope.model.experiments.blocks.directions import Cosines, Directions, directions_of
from skipscope.model.experiments.blocks.figure import figure_of
from skipscope.model.experiments.blocks.kind import BlocksRequest, moments_of
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.remaining import EVERY
from skipscope.model.jobs.job import Event, Job, JobFailed
from skipscope.model.measure.record import wire_number
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.optimisation import Optimisation
from skipscope.model.train.training import Training, train
from skipscope.model.train.variant import Variant


def start(request: BlocksRequest, _: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request))


class Moments:
    """One network's directions, moment by moment, measured on a copy that no recorder knows of."""

    def __init__(self, variant: Variant[Optimisation]) -> None:
        self.label, self._net = variant.label, variant.net
        self._copy = ResNet(variant.net.architecture).to(variant.device).requires_grad_(False)
        self.found: dict[int, Directions] = {}

    def measure(self, step: int, images: Tensor, labels: Tensor) -> None:
        """Measure the network as it is after so many steps."""
        self._copy.load_state_dict(self._net.state_dict())
        self.found[step] = directions_of(self._copy, images, labels)

    def to_dict(self) -> dict[str, Any]:
        """Return all that is measured until now, with means and counts over the blocks."""
        return {
            "label": self.label,
            "blocks": list(self._net.blocks),
            "moments": [
                {
                    "step": step,
                    "loss": wire_number(found.loss),
                    "descent": _summary(found.descent),
                    "successive": _summary(found.successive),
                }
                for step, found in self.found.items()
            ],
        }


def _summary(cosines: Cosines) -> dict[str, Any]:
    known = [one for one in cosines if one is not None]
    return {
        "mean": wire_number(sum(known) / len(known)) if known else None,
        "positive": sum(one > 0 for one in known),
        "of": len(known),
        "blocks": [wire_number(one) for one in cosines],
    }


def _wire(found: Sequence[Moments]) -> dict[str, Any]:
    variants = [course.to_dict() for course in found]
    return {"variants": variants, "sentences": [sentence_of(one) for one in variants]}


def sentence_of(found: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    if not found["moments"]:
        return f"{found['label']}: nothing is measured yet."
    first, last = found["moments"][0], found["moments"][-1]
    when = f"after {last['step']} steps" if last["step"] else "at initialisation"
    return (
        f"{found['label']}, {when}: cos(F(x), \u2212dL/dx) {_said(first['descent'], last['descent'], last['step'])}; "
        f"cos(F\u2097, F\u2097\u208a\u2081) {_said(first['successive'], last['successive'], last['step'])}."
    )


def _said(first: dict[str, Any], last: dict[str, Any], step: int) -> str:
    if not isinstance(last["mean"], float):
        return "applies to no block"
    begun = f" ({first['mean']:+.3f} at the start)" if step and isinstance(first["mean"], float) else ""
    return f"is {last['mean']:+.3f} in the mean{begun}, above 0 in {last['positive']} of {last['of']} blocks"


def _events(request: BlocksRequest) -> Generator[Event | None]:
    training = train(request.training())
    try:
        found = [Moments(variant) for variant in training.variants]
        moments = moments_of(request)
        total = len(moments) + request.steps // EVERY
        pace = Pace(0, total, lambda: _wire(found), figure_of)
        yield from pace.events(_work(training, request, moments, found))
    finally:
        training.close()


def _work(
    training: Training, request: BlocksRequest, moments: Sequence[int], found: Sequence[Moments]
) -> Iterator[bool]:
    data = training.dataset
    images, labels = data.prepare(data.train_pixels[: request.images]), data.send(data.train_labels[: request.images])
    for moment in moments:
        while training.step < moment and training.reason is None:
            training.advance()
            yield training.step % EVERY == 0
        if training.reason is not None:
            raise JobFailed(training.reason)
        for course in found:
            course.measure(training.step, images, labels)
        yield True
