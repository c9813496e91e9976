"""The sources of a view: recorders, watches and trainings that tell of each step, and records that are there already.
Steps are kept as they come, and become events when the view asks, so that the training waits for little."""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skipscope.model.measure.diagnosis import RECORDS
from skipscope.model.measure.places import unwrap
from skipscope.model.measure.record import Record
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.resnet import ResNet
from skipscope.model.show.timeline import Timeline
from skipscope.model.show.wire import Part, any_schema, any_step, own_schema, own_step
from skipscope.model.train.records import StepRecord
from skipscope.model.watch.ring import Waiting
from skipscope.model.watch.watching import Watch

if TYPE_CHECKING:
    from skipscope.model.train.training import Training

News = Callable[[bool], None]
"""Called when there is something new; with True when the recording has ended."""


HAS_NUMBERS = "log: this view takes its numbers from the watch or the training that it shows. Log there."


class Feed(ABC):
    """Bring steps into a timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._leave: list[Callable[[], None]] = []

    @abstractmethod
    def begin(self, news: News) -> None:
        """Listen, and call `news` at each step."""

    @abstractmethod
    def flush(self) -> None:
        """Put what came since the last call into the timeline."""

    def log(self, numbers: Mapping[str, float]) -> None:
        """Add numbers to the next step."""
        raise ValueError(HAS_NUMBERS)

    def close(self) -> None:
        """Listen no more."""
        for leave in self._leave:
            leave()
        self._leave.clear()


class Steps(Feed):
    """Steps of one network or several, from parts that come one by one."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline)
        self._begun = time.monotonic()
        self._waiting: dict[int, dict[int, Part]] = {}
        self._complete: list[tuple[list[Part], float, float | None]] = []
        self._recent: list[deque[Part]] = [deque(maxlen=RECORDS) for _ in timeline.subjects]
        self._logged: dict[str, float] = {}

    def log(self, numbers: Mapping[str, float]) -> None:
        self._logged.update(numbers)

    def take(self, network: int, part: Part, elapsed: float | None = None, lr: float | None = None) -> None:
        """Take one network's part of a step; the step is shown when all networks have theirs."""
        own = self._waiting.setdefault(part.record.step, {})
        own[network] = part
        if len(own) == len(self._recent):
            parts = [part for _, part in sorted(self._waiting.pop(part.record.step).items())]
            seconds = time.monotonic() - self._begun if elapsed is None else elapsed
            self._complete.append((parts, seconds, lr))

    def begin(self, news: News) -> None:
        pass

    def flush(self) -> None:
        timeline, complete = self.timeline, self._complete
        self._complete = []
        subjects = timeline.subjects
        for parts, elapsed, lr in complete:
            for own, part in zip(self._recent, parts, strict=True):
                own.append(part)
            if timeline.is_own:
                schema, step = (
                    own_schema(subjects, parts),
                    own_step(subjects, [[*one] for one in self._recent], elapsed),
                )
            else:
                schema, step = any_schema(subjects, parts), any_step(parts, elapsed, lr)
            if not timeline.schema:
                timeline.append("schema", schema)
            timeline.append("step", step)


class Recorders(Steps):
    """Recorders, read in lockstep."""

    def __init__(self, timeline: Timeline, recorders: Sequence[Recorder]) -> None:
        super().__init__(timeline)
        self._recorders = recorders

    def begin(self, news: News) -> None:
        for number, recorder in enumerate(self._recorders):
            self._follow(number, recorder, news)
        if self.timeline.is_own and self.timeline.batch_size is None:
            hook = self._recorders[0].net.register_forward_pre_hook(self._see)
            self._leave.append(hook.remove)

    def _follow(self, number: int, recorder: Recorder, news: News) -> None:
        def hear(record: Record | None) -> None:
            if record is None:
                news(True)
                return
            logged = dict(self._logged)
            if number == len(self._recorders) - 1:
                self._logged.clear()
            self.take(number, _part(recorder, record, logged))
            news(False)

        self._leave.append(recorder.listeners.add(hear))
        if recorder.latest is not None:
            self.take(number, _part(recorder, recorder.latest, {}))

    def _see(self, net: Any, given: tuple[Any, ...]) -> None:
        """Read the batch size of the first forward pass."""
        if self.timeline.batch_size is None and given:
            self.timeline.batch_size = len(given[0])


def _part(recorder: Recorder, record: Record, logged: Mapping[str, float]) -> Part:
    net = unwrap(recorder.net)
    gradient = record.gradient.to_dict()
    if not isinstance(net, ResNet):
        return Part(record, logged, gradient=gradient)
    strength = tuple(block.skip_strength for block in net.blocks.values())
    return Part(record, logged, tuple(net.skips), strength, gradient)


class Watches(Steps):
    """A watch, with the numbers that its user logs."""

    def __init__(self, timeline: Timeline, watch: Watch) -> None:
        super().__init__(timeline)
        self._watch = watch

    def log(self, numbers: Mapping[str, float]) -> None:
        raise ValueError(HAS_NUMBERS)

    def begin(self, news: News) -> None:
        def hear(waiting: Waiting | None) -> None:
            if waiting is None:
                news(True)
                return
            logged: dict[str, Any] = dict(waiting.logged)
            numbers = {name: float(value) for name, value in logged.items()}
            self.take(0, _part(self._watch.recorder, waiting.record, numbers), waiting.elapsed, waiting.lr)
            news(False)

        self._leave.append(self._watch.listeners.add(hear))


class Trainings(Feed):
    """A training of `skipscope.train`, whose steps are events already."""

    def __init__(self, timeline: Timeline, training: "Training") -> None:
        super().__init__(timeline)
        self._training = training
        self._come: list[StepRecord] = []

    def begin(self, news: News) -> None:
        def hear(record: StepRecord | None) -> None:
            if record is not None:
                self._come.append(record)
            news(record is None)

        self.timeline.append("schema", self._training.schema())
        self._leave.append(self._training.listeners.add(hear))

    def flush(self) -> None:
        come, self._come = self._come, []
        for record in come:
            self.timeline.append("step", record.to_dict())
