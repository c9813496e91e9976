"""A network's trunk, read after the stem and after each block: by linear probes, and by the network's own head."""

from typing import Any, cast

import torch
from torch import Tensor, nn

from skipscope.model.experiments.reading.probe import fit
from skipscope.model.measure.record import wire_number
from skipscope.model.network.resnet import ResNet

STEM = "stem"


class Seen:
    """Images that a network has seen: at each place the features, [N, C], which are the means over the pixels, and the
    logits of the network's own head, None where the trunk has not its width."""

    def __init__(self, num_places: int) -> None:
        self.labels = torch.empty(0, dtype=torch.int64)
        self.features: list[list[Tensor]] = [[] for _ in range(num_places)]
        self.logits: list[list[Tensor]] = [[] for _ in range(num_places)]

    def add(self, number: int, features: Tensor, logits: Tensor | None) -> None:
        """Append those of a place."""
        self.features[number].append(features.cpu())
        if logits is not None:
            self.logits[number].append(logits.cpu())

    def take(self, number: int) -> tuple[Tensor, Tensor | None]:
        """Return features and logits of a place, and forget the features."""
        features, logits = torch.cat(self.features[number]), self.logits[number]
        self.features[number] = []
        return features, torch.cat(logits) if logits else None


class Trunk:
    """One network, and all that is read in it until now."""

    def __init__(self, label: str, net: ResNet, num_classes: int, ridge: float) -> None:
        self.label, self._net, self._num_classes, self._ridge = label, net, num_classes, ridge
        self.places = (STEM, *net.blocks)
        self._head_width = cast("nn.Linear", net.fc).in_features
        self._fitted, self._judged, self._one = (Seen(len(self.places)) for _ in range(3))
        self.probe_accuracy: dict[int, float | None] = {}
        self.head_accuracy: dict[int, float] = {}
        self.answers: dict[int, tuple[str, Tensor]] = {}
        """For the one image, by place: the scores of the classes, and whether the probe's or the head's."""

    @torch.no_grad()
    def _look(self, seen: Seen, images: Tensor, labels: Tensor, *, head: bool) -> None:
        x, blocks = self._net.enter_trunk(images), list(self._net.blocks.values())
        for number in range(len(self.places)):
            x = blocks[number - 1](x) if number else x
            own = self._net.leave_trunk(x) if head and x.shape[1] == self._head_width else None
            seen.add(number, x.mean((2, 3)), own)
        seen.labels = torch.cat([seen.labels, labels.cpu()])

    def fit_to(self, images: Tensor, labels: Tensor) -> None:
        """See images that the probes are fitted to."""
        self._look(self._fitted, images, labels, head=False)

    def judge_on(self, images: Tensor, labels: Tensor) -> None:
        """See images that the probes are judged on."""
        self._look(self._judged, images, labels, head=True)

    def look_at(self, image: Tensor, label: Tensor) -> None:
        """See the one image, [1, C, H, W], of which the answers are told."""
        self._look(self._one, image, label, head=True)

    def read(self, number: int) -> None:
        """Read one place: fit its probe, and judge it."""
        features, _ = self._fitted.take(number)
        judged, logits = self._judged.take(number)
        own, own_logits = self._one.take(number)
        probe = fit(features, self._fitted.labels, self._num_classes, self._ridge)
        self.probe_accuracy[number] = None if probe is None else _accuracy(probe.scores(judged), self._judged.labels)
        if logits is not None:
            self.head_accuracy[number] = _accuracy(logits, self._judged.labels)
        if own_logits is not None:
            self.answers[number] = ("head", own_logits[0].double().softmax(0))
        elif probe is not None:
            self.answers[number] = ("probe", probe.scores(own)[0])

    def to_dict(self, classes: tuple[str, ...]) -> dict[str, Any]:
        """Return all that is read until now; accuracies are those of the held-out images, from 0 to 1."""
        last = len(self.places) - 1
        return {
            "label": self.label,
            "fitted": len(self._fitted.labels),
            "images": len(self._judged.labels),
            "accuracy": self.head_accuracy.get(last),
            "places": [
                {
                    "place": place,
                    "probe_accuracy": self.probe_accuracy.get(number),
                    "head_accuracy": self.head_accuracy.get(number),
                    **self._answer(number, classes),
                }
                for number, place in enumerate(self.places)
            ],
        }

    def _answer(self, number: int, classes: tuple[str, ...]) -> dict[str, Any]:
        by, scores = self.answers.get(number, (None, None))
        if scores is None or not scores.isfinite().all():
            return {"by": by, "answer": None, "scores": None}
        return {
            "by": by,
            "answer": classes[int(scores.argmax())],
            "scores": [wire_number(score) for score in scores.tolist()],
        }


def _accuracy(scores: Tensor, labels: Tensor) -> float:
    right = (scores.argmax(1) == labels) & scores.isfinite().all(1)
    return right.double().mean().item()
