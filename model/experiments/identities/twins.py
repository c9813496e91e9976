"""One network twice, with x + F(x) and with x - F(x) and its branches negated, trained on the same batches."""

import math

import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.experiments.identities.subtraction import names_of_negated, negate, obstacle, subtract
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.optimisation import Optimisation, rate_at


class Twins:
    """Both networks and their losses, step by step; a network whose branches cannot be negated is trained alone."""

    def __init__(self, architecture: Architecture, request: TrainingRequest) -> None:
        self.net, self.twin = (ResNet(architecture, seed=request.seed) for _ in range(2))
        self.obstacle = obstacle(self.net)
        self.losses, self.twins_losses = list[float](), list[float]()
        self.broken_at: int | None = None
        """The step at which the loss was not finite."""
        self.control: float | None = None
        """How much the loss differs, relatively, if branches are subtracted that nobody has negated."""
        self._request = request
        self._nets = [self.net] if self.obstacle else [self.net, self.twin]
        self._updates = [Optimisation(net, request) for net in self._nets]

    def advance(self, images: Tensor, labels: Tensor) -> None:
        """Make a step with both."""
        step = len(self.losses)
        if step == 0 and self.obstacle is None:
            subtract(self.twin)
            self.control = self._control(images, labels)
            negate(self.twin)
        for net, update, losses in zip(self._nets, self._updates, (self.losses, self.twins_losses), strict=False):
            net.train()
            update.clear()
            update.set_rate(self._request.lr * rate_at(self._request, step))
            loss = nn.functional.cross_entropy(net(images), labels, label_smoothing=update.label_smoothing)
            loss.backward()
            update.apply()
            losses.append(loss.item())
        if not math.isfinite(self.losses[-1]):
            self.broken_at = step

    @torch.no_grad()
    def _control(self, images: Tensor, labels: Tensor) -> float:
        one, two = (nn.functional.cross_entropy(net.eval()(images), labels).item() for net in (self.net, self.twin))
        return abs(one - two) / abs(one)

    @property
    def largest_difference(self) -> float:
        """Return the largest difference of the losses of a step, relatively, as long as they are finite."""
        pairs = list(zip(self.losses, self.twins_losses, strict=True))[: self.broken_at]
        return max((abs(one - two) / abs(one) for one, two in pairs if one != two), default=0.0)

    @property
    def equal_parameters(self) -> bool:
        """Say whether each parameter is that of the twin to the bit, negated where the branch was."""
        negated, others = names_of_negated(self.twin), dict(self.twin.named_parameters())
        return all(
            torch.equal(own, -others[name] if name in negated else others[name])
            for name, own in self.net.named_parameters()
        )
