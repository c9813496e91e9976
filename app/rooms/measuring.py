"""Numbers of a room that are measured: the truth of a question, and the network of a member as a dot on the wall."""

from typing import Any

from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.probes import Probes
from skipscope.app.learn.address import request_of
from skipscope.app.rooms.question import Question
from skipscope.model.describe.summary import summarize

ROUND = "%.4g"


async def measure(probes: Probes, question: Question) -> float | list[float] | None:
    """Return the gradient of the last network at one block or more over that at its last; None if the question is
    about something else, or the gradient is no finite number. Raise a Problem if it cannot be measured."""
    if not question.measured:
        return None
    variant = (await probes.measure(request_of(question.measured)))["variants"][-1]
    found = [_ratio(variant, block) for block in question.at or (1,)]
    if any(one is None for one in found):
        return None
    ratios = [one for one in found if one is not None]
    return ratios[0] if question.kind == "number" else ratios


async def dot_of(probes: Probes, address: str, seat: Seat = NOBODY) -> dict[str, Any]:
    """Return a member's network as it is on the wall: of an address of Explore, the last network. Raise ValueError if
    the address has none, a Problem if it cannot be measured."""
    request = request_of(address.removeprefix("/"))
    variant = (await probes.measure(request, seat))["variants"][-1]
    architecture = request.variants[-1]
    skips = architecture.skips
    return {
        "address": address, "label": variant["label"], "depth": summarize(architecture).totals["depth"],
        "norm": architecture.norm, "skips": any(skips) if isinstance(skips, tuple | list) else bool(skips),
        "ratio": _ratio(variant, 1), "profile": [_ratio(variant, at + 1) for at in range(len(variant["blocks"]))],
    }  # fmt: skip


def _ratio(variant: dict[str, Any], block: int) -> float | None:
    taps, blocks, gradients = variant["taps"], variant["blocks"], variant["values"]["gradient_rms"]
    if block > len(blocks):
        return None
    first, last = (gradients[taps.index(name)] for name in (blocks[block - 1], blocks[-1]))
    if not isinstance(first, int | float) or not isinstance(last, int | float) or last == 0:
        return None
    return float(ROUND % (first / last))
