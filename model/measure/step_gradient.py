"""Which gradient the numbers of a record are of: the one that the optimizer stepped with, and its way there."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

ALWAYS = ("passes", "steps")


@dataclass(frozen=True, slots=True)
class StepGradient:
    """The gradient of one record, in words by `str`.

    Gradients of weights are those that the optimizer stepped with; if none made a step, those that `backward` left. A
    gradient scaler's factor is divided out of them and of the gradients at taps.
    """

    passes: int = 0
    """Backward passes that it was accumulated over; 0 if there was none."""
    steps: int = 0
    """Steps that optimizers made with it; 0 if none did."""
    skipped: int = 0
    """Steps that were not made, since gradients were not finite: by the optimizer, or by a scaler that is known."""
    scale: float | None = None
    """The gradient scaler's factor that was divided out; None if no scaler was seen."""
    norm: float | None = None
    """The L2 norm of all gradients of weights that are measured, as the optimizer stepped with them."""
    before: float | None = None
    """That norm as `backward` left it; None if nothing changed the gradients before the step, as clipping does."""
    processes: int = 1
    """Processes of torch.distributed that train together; activations are those of `rank` alone."""
    rank: int = 0
    shared: str = ""
    """How gradients of weights come from all processes: "averaged", "summed" of parts, or "" where it is not known."""

    def to_dict(self) -> dict[str, Any]:
        """Return `passes`, `steps` and the other fields that say something, as JSON data: norms have four digits, and
        what is not finite is a word."""
        fields = asdict(self).items()
        said = {name: value for name, value in fields if name in ALWAYS or value != getattr(_NOTHING, name)}
        return {name: _written(value, rounds=name in ("norm", "before")) for name, value in said.items()}

    def __str__(self) -> str:
        parts = [_passes(self.passes)] if self.passes else ["no backward pass"]
        if self.scale is not None:
            parts.append(f"divided by the scaler's factor {self.scale:g}")
        if self.before is not None and self.norm is not None:
            word = "clipped" if self.norm < self.before else "changed"
            parts.append(f"{word} from a norm of {self.before:.4g} to {self.norm:.4g}")
        if self.skipped:
            parts.append(f"{self.skipped} {'step' if self.skipped == 1 else 'steps'} skipped")
        if not self.steps:
            parts.append("no optimizer has stepped with it")
        if self.processes > 1:
            how = {"averaged": "the mean", "summed": "whole, from the parts"}.get(self.shared)
            parts.append(
                f"{how} of {self.processes} processes" if how else f"that of one of {self.processes} processes"
            )
            parts.append(f"activations are those of rank {self.rank}")
        return "; ".join(parts)


_NOTHING = StepGradient()


def _written(value: Any, *, rounds: bool) -> Any:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return str(value)
    return float(f"{value:.4g}") if rounds else value


def _passes(count: int) -> str:
    return "of one backward pass" if count == 1 else f"accumulated over {count} backward passes"


def whole(norms: Iterable[float | None]) -> float | None:
    """Return the norm of all from that of each; None if none is there."""
    found = [norm for norm in norms if norm is not None]
    return math.hypot(*found) if found else None
