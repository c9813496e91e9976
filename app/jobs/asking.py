"""Asking a job under way for a state of its networks: it writes the state into a file, and replies."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

from skipscope.app.jobs import refusals
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.state_files import StateFiles

PATIENCE = 60.0


class Home(Protocol):
    """The holder of the files with states."""

    @property
    def states(self) -> StateFiles:
        """Return the files."""
        ...


async def make_file(home: Home) -> Path:
    """Return an empty file for a state; raise the Problem that the disk has no room."""
    try:
        return await home.states.make()
    except OSError as error:
        raise refusals.no_room_for_state(f"{error.strerror}.") from error


async def wait_for(job: LiveJob, reply: "asyncio.Future[dict[str, Any]]", wish: str, patience: float) -> dict[str, Any]:
    """Return what a job replies when its state is written; raise a Problem if it is not."""
    try:
        state = await asyncio.wait_for(reply, patience)
    except TimeoutError:
        raise refusals.too_slow(patience) from None
    except asyncio.CancelledError:
        if not job.over:
            raise
        raise refusals.impossible(job.view(), wish) from None
    if state["problem"] is not None:
        raise refusals.no_room_for_state(state["problem"])
    return state
