"""Numbers of a room that are measured: the truth of a question, and the network of a member as a dot on the wall."""

from typing import Any

from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.probes import Probes
from skipscope.app.learn.address import request_of
from skipscope.app.rooms.quantity import values_of
from skipscope.app.rooms.question import Question
from skipscope.app.rooms.truth import Truth
from skipscope.model.describe.summary import summarize


async def measure(probes: Probes, question: Question) -> Truth | None:
    """Return the quantity of the question at its block or blocks, of a profile at all others too; None if the server
    measures nothing for it, or a value is no finite number. Raise a Problem if it cannot be measured."""
    if not question.measured:
        return None
    variant = (await probes.measure(request_of(question.measured)))["variants"][-1]
    profile = values_of(variant, question.quantity)
    found = [profile[block - 1] for block in question.places]
    values = [one for one in found if one is not None]
    if len(values) < len(found):
        return None
    return Truth(values[0]) if question.kind == "number" else Truth(values, profile)


async def dot_of(probes: Probes, address: str, seat: Seat = NOBODY) -> dict[str, Any]:
    """Return a member's network as it is on the wall: of an address of Explore, the last network. Raise ValueError if
    the address has none, a Problem if it cannot be measured."""
    request = request_of(address.removeprefix("/"))
    variant = (await probes.measure(request, seat))["variants"][-1]
    architecture = request.variants[-1]
    profile = values_of(variant, "gradient_rms")
    return {
        "address": address, "label": variant["label"], "depth": summarize(architecture).totals["depth"],
        "norm": architecture.norm, "skips": any(architecture.skip_of), "ratio": profile[0], "profile": profile,
    }  # fmt: skip
