"""Measure a network while it trains: hooks reduce each tapped tensor at once, and nothing of it is kept.
Of the branches of blocks the first images wait for the gradient that they are multiplied with.

Works on any nn.Module, and never ends or changes its training. A network that offers places of its own, as ours do, is
measured there, its forks and its junctions included.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler

from skipscope.model.measure.attachment import Attachment
from skipscope.model.measure.junctions.finds import At
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.listeners import Listeners
from skipscope.model.measure.missing import NO_GRADIENTS, why_nothing_ran
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.places import patterns_of, unwrap
from skipscope.model.measure.processes import Processes
from skipscope.model.measure.record import MEASURES, Record, Schema, Value
from skipscope.model.measure.reductions import bring_over
from skipscope.model.measure.scaling import Scaling
from skipscope.model.measure.schedules import Schedule, schedule_of
from skipscope.model.measure.way import Way

NOT_BEGUN = (
    "read() returns None until the recorder begins, since no hook is set before. Begin it: `with Recorder(net) as "
    "recorder:` around the loop."
)


class Recorder:
    """Record what each step does to activations and gradients.

    ``with Recorder(net) as recorder: … loss.backward(); optimizer.step(); record = recorder.read()``. Columns are
    activation_rms, gradient_rms, zero_fraction, nonfinite and dead_units at each tap, weight_gradient_norm and
    update_ratio at each weight, the two paths of each block and, for our networks, the direction of its branch;
    docs/measures.md defines them.

    `taps` are patterns of module names ("layer1.*"), by default a network's own taps. `at` chooses for a foreign
    module: "junctions", its residual additions with the two paths of each, or "leaves", every module that runs none
    within; by default junctions where three blocks have them.
    `every` is a function of the step, or a number: a step that is not recorded has no hooks at all.
    `scaler` is the gradient scaler, if there is one: it is found by itself at its first step that it does not skip.
    `sharded=True` sums the parts of weights that are divided among processes (FSDP2, tensor parallel): each process has
    a recorder then, records the same steps and reads them, since all take part in one all-reduce a step.
    `notes` say what could not be measured, each once; they are warnings and stand in the record of their step as well.
    `latest` is the newest record, and `listeners` are told of each (`skipscope.show` adds one).
    Raise ValueError for patterns that no module's name fits, and for what is no network or no schedule.
    """

    def __init__(
        self,
        net: nn.Module,
        *,
        taps: str | Sequence[str] | None = None,
        at: At | None = None,
        every: int | Schedule = 1,
        scaler: GradScaler | None = None,
        sharded: bool = False,
    ) -> None:
        if not isinstance(net, nn.Module):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"net={net!r}: not a network. Give a torch.nn.Module.")
        self.net = net
        self.step = 0
        self.every: Schedule = schedule_of(every)
        self._notes = Notes()
        way = Way(Scaling(scaler), Processes(net), self._notes, sums=sharded)
        self._attachment = Attachment(unwrap(net), patterns_of(taps), self._notes, _at(at, taps), way)
        self._entered = self._recording = self._has_begun = False
        self.latest: Record | None = None
        self.listeners: Listeners[Record] = Listeners()

    @property
    def schema(self) -> Schema:
        """Name what is measured: of a foreign network in the order of its modules until the first forward pass."""
        return self._attachment.schema

    @property
    def junctions(self) -> tuple[Junction, ...]:
        """Give the residual additions that were found in a network that is not ours, in the order in which they ran."""
        return self._attachment.junctions

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what could not be measured so far, and why."""
        return tuple(self._notes.all)

    def __enter__(self) -> Self:
        self.attach()
        return self

    def begin_anew_if_skipped(self) -> None:
        """Let a step end with an optimizer's alone: gradients that a gradient scaler skips are left out of it."""
        self._attachment.way.begins_anew = True

    def begin(self, *, recorded: bool) -> None:
        """Begin a step that is recorded or not, whatever `every` says; `read` ends it, `detach` removes the hooks."""
        self.every = _always if recorded else _never
        self.attach()

    def attach(self) -> None:
        """Begin to record, as entering it does; `detach` removes the hooks."""
        self._entered = self._has_begun = True
        if not self._is_prepared():
            self._prepare()

    def _is_prepared(self) -> bool:
        """Tell whether the end of the last step has prepared this one, and nothing has happened since."""
        attachment = self._attachment
        return attachment.is_attached and self._recording and bool(self.every(self.step)) and attachment.is_untouched

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def detach(self) -> None:
        """Remove every hook; the module is as it was."""
        self._entered = False
        self._let_go()
        self._tell(None)

    def _let_go(self) -> None:
        self._attachment.let_go()
        self._recording = False

    def read(self) -> Record | None:
        """Return the record of the step that just ended, or None for a step that was not recorded.

        Call it after ``optimizer.step()``. Gradients of weights are those that the optimizer stepped with, accumulated,
        clipped and unscaled; `record.gradient` tells which. Without an optimizer they are those that `backward` left.
        """
        return self.read_with(())[0]

    def read_with(self, numbers: Sequence[Tensor]) -> tuple[Record | None, list[float]]:
        """Return the record, as `read` does, and numbers of the step that come over with it, in one copy."""
        if not self._has_begun:
            self._notes.add(NOT_BEGUN)
        if self._recording:
            record, brought = self._finish(numbers)
            self.latest = record
            self._tell(record)
        else:
            record, brought = None, bring_over(numbers)
        self.step += 1
        if self._entered:
            self._prepare()
        return record, brought

    def _tell(self, record: Record | None) -> None:
        for problem in self.listeners.tell(record):
            self._notes.add(problem)

    def _prepare(self) -> None:
        if not self.every(self.step):
            self._let_go()
            return
        attachment = self._attachment
        attachment.sync()
        attachment.reset()
        if not attachment.is_attached:
            attachment.attach()
        self._recording = True

    def _finish(self, numbers: Sequence[Tensor]) -> tuple[Record, list[float]]:
        found = self._attachment.finish(numbers)
        columns = found.columns
        assert columns.keys() == set(MEASURES)
        if any(value is not None for value in columns["weight_gradient_norm"]):
            self._note_missing(columns["gradient_rms"])
        notes = self._notes.take()
        return Record(found.schema, self.step, columns, found.dropped, notes, found.gradient), found.brought

    def _note_missing(self, gradients: Sequence[Value]) -> None:
        if gradients and not self._attachment.has_run:
            self._notes.add(why_nothing_ran(self.net))
        elif self._attachment.awaits_gradients and all(value is None for value in gradients):
            self._notes.add(NO_GRADIENTS)


def _at(at: At | None, taps: str | Sequence[str] | None) -> At | None:
    if at not in (None, "junctions", "leaves"):
        raise ValueError(f"at={at!r}: no such places. Give 'junctions' or 'leaves', or leave it out.")
    if at == "leaves" and taps is not None:
        raise ValueError(
            f"at='leaves', taps={taps!r}: leave one of them out; patterns choose among the leaves as well."
        )
    return at


def _always(_: int) -> bool:
    return True


def _never(_: int) -> bool:
    return False
