"""The phases of a question, and the clock of the one that is on: the server's, in seconds since 1970."""

from typing import Literal, NamedTuple, get_args

Phase = Literal["predict", "discuss", "predict_again", "measure", "reveal", "explain"]
PHASES: tuple[Phase, ...] = get_args(Phase)
WAIT = "wait"
"""Before the first task."""
OPEN = ("predict", "predict_again")
SHOWN = ("reveal", "explain")
"""The truth and the answers are in snapshots of these phases alone."""


class Clock(NamedTuple):
    """A phase and its end: a time, or none; `remaining` are the seconds of a clock that is paused."""

    phase: str = WAIT
    ends: float | None = None
    remaining: float | None = None

    def is_due(self, now: float) -> bool:
        """Say whether the time is over."""
        return self.ends is not None and now >= self.ends

    def takes_answers(self, now: float) -> bool:
        """Say whether answers are open."""
        return self.phase in OPEN and not self.is_due(now)

    def begin(self, phase: str, seconds: float | None, now: float) -> "Clock":
        """Return the clock of another phase."""
        return Clock(phase, None if seconds is None else now + seconds)

    def pause(self, now: float) -> "Clock":
        """Return a clock that stands; one without an end goes on as it is."""
        return self if self.ends is None else Clock(self.phase, None, max(0.0, self.ends - now))

    def resume(self, now: float) -> "Clock":
        """Return a clock that goes on."""
        return self if self.remaining is None else Clock(self.phase, now + self.remaining)

    def extend(self, seconds: float, now: float) -> "Clock":
        """Return a clock with more time; one without an end gets one."""
        if self.remaining is not None:
            return self._replace(remaining=self.remaining + seconds)
        return self._replace(ends=max(now, self.ends or now) + seconds)

    def following(self) -> Phase | None:
        """Return the phase that comes next, None after the last."""
        at = PHASES.index(self.phase) + 1 if self.phase in PHASES else 0
        return PHASES[at] if at < len(PHASES) else None
