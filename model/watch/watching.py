"""A training of one's own on a page: `watch(net, optimizer, to="http://host:8000")`, as a line or around the loop."""

import atexit
import logging
import os
import re
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from skipscope.model.measure.junctions.finds import At
from skipscope.model.measure.listeners import Listeners
from skipscope.model.measure.recorder import Recorder
from skipscope.model.measure.schedules import Schedule, logarithmic, schedule_of
from skipscope.model.watch.band import Band, band_of
from skipscope.model.watch.link import Link
from skipscope.model.watch.request import PLAIN
from skipscope.model.watch.ring import Ring, Waiting
from skipscope.model.watch.runfile import SUFFIX, left_in
from skipscope.model.watch.sender import Sender
from skipscope.model.watch.step_end import StepEnd, bare

MAX_LABEL = 80
log = logging.getLogger("skipscope")


class Watch:
    """The recording of one network, sent to a server or written into a file. Made by `watch`."""

    def __init__(
        self, net: nn.Module, optimizer: Optimizer | None, *, to: str | None, token: str | None, name: str,
        taps: str | Sequence[str] | None, at: At | None, every: int | Schedule | None, folder: str | Path | None,
        scaler: GradScaler | None, sharded: bool, band: Band | None,
    ) -> None:  # fmt: skip
        address = to if to is not None else os.environ.get("SKIPSCOPE_URL", "")
        self._address = address
        link = Link(address, token if token is not None else os.environ.get("SKIPSCOPE_TOKEN", "")) if address else None
        self._own = None if every is None else schedule_of(every)
        self._usual = logarithmic()
        if scaler is None:  # Accelerate's optimizer, and so that of Transformers, has it
            own = getattr(optimizer, "scaler", None)
            scaler = own if isinstance(own, GradScaler) else None
        self._recorder = Recorder(net, taps=taps, at=at, every=self._is_due, scaler=scaler, sharded=sharded)
        self._is_sharded = sharded
        self.listeners: Listeners[Waiting] = Listeners()
        self._optimizer = None if optimizer is None else bare(optimizer)
        self._ring = Ring()
        self._begun = time.monotonic()
        self._logged: dict[str, Any] = {}
        self._held: Waiting | None = None
        self._logs_first: bool | None = None
        """Whether the caller logs a step's numbers before it ends; None before that is known."""
        self._is_closed, self._pid = False, os.getpid()
        self._said: set[str] = set()
        self._steps: StepEnd | None = None
        self._sender: Sender | None = None
        if _is_first_rank():
            about, file = _about(net, self._optimizer, name, band), _file(folder, name or name_of(net))
            self._sender = Sender(self._ring, link, key=secrets.token_hex(16), about=about, path=file, say=_say)
        elif not sharded:
            self._is_closed = True
            return
        if self._optimizer is not None:
            self._steps = StepEnd(self._optimizer, self.step)
            self._recorder.begin_anew_if_skipped()
        self._recorder.attach()
        atexit.register(self.close)

    @property
    def recorder(self) -> Recorder:
        """Return the recorder that it reads."""
        return self._recorder

    @property
    def looking(self) -> bool:
        """Return whether somebody looks at the run; each step is recorded then."""
        return self._sender is not None and self._sender.looking

    @property
    def file(self) -> Path | None:
        """Return the file with the records that no server has; None if there are none."""
        return None if self._sender is None else self._sender.file

    @property
    def lost(self) -> int:
        """Count the records that were made and had no room on their way."""
        return self._ring.lost

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what could not be measured so far, and why."""
        return self._recorder.notes

    def log(self, **numbers: Any) -> None:
        """Add numbers, such as `loss=loss`, to the records: of the step under way, or of the one that just ended.

        A tensor of one element is read by the sender's thread. Anything else is left out, and said once.
        """
        if self._is_closed:
            return
        if self._logs_first is None:
            self._logs_first = self._recorder.step == 0
        kept = {name: held for name, value in numbers.items() if (held := self._number(name, value)) is not None}
        if not self._logs_first and self._held is not None:
            self._held.logged.update(kept)
        else:
            self._logged.update(kept)

    def step(self) -> None:
        """End a step. Call it after each step if no optimizer was given; never fails."""
        if self._is_closed or os.getpid() != self._pid:
            return
        try:
            self._step()
        except Exception as error:  # the training goes on, whatever happens here
            self._tell(f"the recorder broke ({type(error).__name__}: {error}). Nothing more is recorded.")
            log.debug("the recorder broke", exc_info=error)
            self.close("failed", "the recorder broke")

    def _step(self) -> None:
        record = self._recorder.read()
        self._let_go()
        if record is None or self._sender is None:
            self._logged.clear()
            return
        logged, self._logged = self._logged, {}
        self._held = Waiting(record, time.monotonic() - self._begun, self._rate(), logged)
        if self._logs_first:
            self._let_go()

    def _let_go(self) -> None:
        """Let the record that waited for its numbers go."""
        if self._held is not None:
            self._ring.put(self._held)
            held, self._held = self._held, None
            self._show(held)

    def _show(self, held: Waiting | None) -> None:
        for problem in self.listeners.tell(held):
            self._tell(problem)

    def _is_due(self, step: int) -> bool:
        if self._is_sharded:  # all processes record the same steps, and only one knows who looks
            return (self._own or self._usual)(step)
        if self._is_closed or (self._sender is not None and not self._sender.is_wanted):
            return False
        if self._own is not None:
            return self._own(step)
        return self._usual(step) or (self.looking and not self._ring.is_crowded)

    def _rate(self) -> float | None:
        rate = None if self._optimizer is None else self._optimizer.param_groups[0].get("lr")
        return float(rate) if isinstance(rate, int | float) else None

    def _number(self, name: str, value: Any) -> Any:
        if not re.match(PLAIN, name) or len(name) > MAX_LABEL:
            self._tell(f"log: {name[:MAX_LABEL]!r} begins with no letter or digit, or is too long, and is left out.")
            return None
        if isinstance(value, torch.Tensor) and value.numel() == 1 and not value.is_complex():
            return float(value.detach()) if value.device.type == "cpu" else value.detach().clone()
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            self._tell(f"log: {name} is no number and is left out.")
            return None

    def _tell(self, words: str) -> None:
        if words not in self._said:
            self._said.add(words)
            _say(words)

    def close(self, state: str = "done", reason: str = "") -> None:
        """End the recording: send what is left, or write it into the file, within seconds."""
        if self._is_closed or os.getpid() != self._pid:
            return
        self._is_closed = True
        atexit.unregister(self.close)
        if self._steps is not None:
            self._steps.remove()
        self._recorder.detach()
        self._let_go()
        self._show(None)
        if self._sender is None:
            return
        self._sender.close(state, reason)
        if self._ring.lost:
            _say(f"{self._ring.lost} records had no room on their way and are lost.")
        if (file := self._sender.file) is not None:
            _say(left_in(file, self._address))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        elif isinstance(error, KeyboardInterrupt):
            self.close("stopped", "interrupted by its user")
        else:
            self.close("failed", type(error).__name__)


def watch(
    net: nn.Module, optimizer: Optimizer | None = None, *, to: str | None = None, name: str = "",
    token: str | None = None, taps: str | Sequence[str] | None = None, at: At | None = None,
    every: int | Schedule | None = None, folder: str | Path | None = None, scaler: GradScaler | None = None,
    sharded: bool = False, band: tuple[float, float] | None = (0.01, 100.0), band_steps: int = 100,
) -> Watch:  # fmt: skip
    """Record a network while it trains and send it to a Skipscope server, whose page shows it live.

    ``with skipscope.watch(net, optimizer, to="http://host:8000", name="first try") as watch: …; watch.log(loss=loss)``,
    or without `with`: then the end of the program is its end. A step is one of the optimizer's; without an optimizer
    call `step()` after each.

    `to` is by default SKIPSCOPE_URL and `token` SKIPSCOPE_TOKEN, the server's write token. Without either, or while the
    server is gone, the records go into a file in `folder`, by default the current one. `every` is as the recorder has
    it; by default about ten steps a decade are recorded, and each step while somebody looks at the page.

    `scaler` is the gradient scaler, if there is one: without it, it is found at its first step that it does not skip.

    `sharded=True` sums the parts of weights that are divided among processes, by FSDP2 or tensor parallel. Each process
    calls `watch` then, and the first one sends.

    An alert stands on the page while the gradient at the first place over that at the last has been outside of `band`
    for `band_steps` steps or more; without a band there is none.

    Nothing of the server ever reaches the training. Raise ValueError for what is no network, pattern or address.
    """
    return Watch(
        net, optimizer, to=to, token=token, name=name[:MAX_LABEL], taps=taps, at=at, every=every, folder=folder,
        scaler=scaler, sharded=sharded, band=band_of(band, band_steps),
    )  # fmt: skip


def name_of(net: nn.Module) -> str:
    """Return the name of a network's class, with which a label may begin."""
    module: Any = getattr(net, "module", net) if type(net).__name__.endswith("DataParallel") else net
    module = getattr(module, "_orig_mod", module)
    return re.sub(r"^[\W_]+", "", type(module).__name__)[:MAX_LABEL] or "network"


def _about(net: nn.Module, optimizer: Optimizer | None, name: str, band: Band | None) -> dict[str, Any]:
    return {
        "name": name, "label": name_of(net), "host": socket.gethostname()[:100],
        "optimizer": "" if optimizer is None else type(optimizer).__name__[:MAX_LABEL],
        "parameters": sum(weight.numel() for weight in net.parameters() if not _is_lazy(weight)),
        "band": None if band is None else band.model_dump(),
    }  # fmt: skip


def _is_lazy(weight: nn.Parameter) -> bool:
    return isinstance(weight, nn.UninitializedParameter)


def _is_first_rank() -> bool:
    """Return whether this process sends: of several that train one network, the first does."""
    distributed = torch.distributed
    return not (distributed.is_available() and distributed.is_initialized() and distributed.get_rank() != 0)


def _file(folder: str | Path | None, name: str) -> Path:
    """Return a path for a run's file that is new, in a folder that can be written."""
    place = Path.cwd() if folder is None else Path(folder)
    if not os.access(place, os.W_OK):
        place = Path(tempfile.gettempdir())
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40] or "run"
    return place / f"{plain}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}{SUFFIX}"


def _say(words: str) -> None:
    """Tell the user, on the error stream; a program without one is told nothing."""
    stream = sys.stderr
    if stream is not None:
        try:
            stream.write(f"skipscope: {words}\n")
            stream.flush()
        except (OSError, ValueError):  # closed
            return
