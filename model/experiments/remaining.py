"""The time that an experiment still takes while its networks train: by the pace of their steps, and by the estimate of
all that comes after, as much faster or slower than estimated as they are."""

import time

from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.train.estimate import estimate_training

EVERY, EVERY_SECONDS = 10, 1.0
"""Steps of training, or seconds, from one event of progress to the next."""


class Remaining:
    """The remaining seconds of one experiment, of which `whole` is the estimate in all."""

    def __init__(self, request: TrainedRequest, whole: float) -> None:
        self._steps = request.steps
        self._training = estimate_training(request.training()).seconds if request.steps else 0.0
        self._rest = max(0.0, whole - self._training)
        self._began = self._said = time.monotonic()

    def after(self, step: int) -> float | None:
        """Return the seconds that are left after so many steps, where they are said again; None where they are not."""
        now = time.monotonic()
        if step % EVERY and now - self._said < EVERY_SECONDS:
            return None
        self._said = now
        return round(self.seconds(step, now - self._began), 1)

    def seconds(self, step: int, taken: float) -> float:
        """Return the seconds that are left after so many steps, which have taken so long."""
        pace = taken / step
        slower = pace * self._steps / self._training if self._training else 1.0
        return pace * (self._steps - step) + slower * self._rest
