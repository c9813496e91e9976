"""What the runs say no with: problems that name the state, the limit and what is possible instead."""

from collections.abc import Sequence

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.run import POSSIBLE, Run
from skipscope.app.jobs.store import Saved
from skipscope.model.describe.request import TrainingRequest

MAX_PENDING = 64
CHANGEABLE = ("skips", "strength", "lr", "max_rate")
LATER = {"Retry-After": "30"}


def unknown(run_id: str) -> Problem:
    """Say that there is no such run."""
    return Problem(
        404, "No such run", f"There is no run {run_id[:40]!r}; it may have been deleted or be too old.",
        field="run_id", value=run_id, remedy="look for it in the list of runs",
    )  # fmt: skip


def impossible(run: Run | Saved, wish: str) -> Problem:
    """Say that a wish makes no sense in this state, and what does."""
    possible = _possible(run)
    if possible:
        remedy = f"possible now: {', '.join(possible)}"
    else:
        ends = isinstance(run, Run) and not run.over
        remedy = f"{'it is about to stop' if ends else 'this run has ended'}; start a new one"
    return Problem(
        409, "Not possible in this state", f"{wish} is not possible: the run is {run.state}. {remedy.capitalize()}.",
        field="state", value=run.state, remedy=remedy, state=run.state, possible=possible,
    )  # fmt: skip


def _possible(run: Run | Saved) -> list[str]:
    """List what a run can be told: states, what can be changed, a step, a fork."""
    if not isinstance(run, Run) or run.over or run.stopping is not None:
        return []
    steps = ["step"] if run.paused else []
    return [*POSSIBLE[run.state], *CHANGEABLE, *steps, *([] if run.handle is None else ["fork"])]


def behind(run_id: str) -> Problem:
    """Say that a run has more changes before it than it can take."""
    return Problem(
        429, "Too many changes", f"{MAX_PENDING} changes wait for run {run_id} already, for the end of a step.",
        limit=str(MAX_PENDING), remedy="wait for the step that it is at", headers={"Retry-After": "5"},
    )  # fmt: skip


def key_used(run_id: str) -> Problem:
    """Say that an idempotency key belongs to another request."""
    return Problem(
        422, "Idempotency key used before", f"This Idempotency-Key made run {run_id}, from another request.",
        field="Idempotency-Key", remedy="use a new key for a new request", run=run_id,
    )  # fmt: skip


def not_yours(run_id: str) -> Problem:
    """Say that a run belongs to another."""
    return Problem(
        403, "Another's run", f"Run {run_id} was started by somebody else; you can watch it and not change it.",
        field="run_id", value=run_id, remedy="start a run of your own, or open /admin with the admin token",
    )  # fmt: skip


def for_admins(what: str) -> Problem:
    """Say that something is for those who have the admin token."""
    return Problem(
        401, "Admin token needed", f"{what} for those who have the admin token.", field="Authorization",
        remedy="send `Authorization: Bearer` with SKIPSCOPE_ADMIN_TOKEN",
        headers={"WWW-Authenticate": 'Bearer realm="Skipscope"'},
    )  # fmt: skip


def draining() -> Problem:
    """Say that the server ends."""
    return Problem(
        503, "The server is stopping", "It takes no more runs.", remedy="try again in a minute", headers=LATER
    )


def queue_full(limit: int) -> Problem:
    """Say that too many runs wait."""
    return Problem(
        503, "The queue is full", f"{limit} runs wait already.", limit=str(limit), remedy="try again in a minute",
        headers=LATER,
    )  # fmt: skip


def busy(error: Busy) -> Problem:
    """Say that too many wait for what is computed."""
    return Problem(503, "Too many wait", f"{error}.", remedy="try again in a moment", headers={"Retry-After": "5"})


def too_slow(seconds: float) -> Problem:
    """Say that a network's state was waited for in vain."""
    return Problem(
        503, "The run did not answer", f"Its networks' state did not come in {seconds:g} s: its steps are long.",
        limit=f"{seconds:g} s", remedy="pause the run, and fork it once it is paused", headers=LATER,
    )  # fmt: skip


def address_full(limit: int) -> Problem:
    """Say that as many runs wait from one address as may."""
    return Problem(
        429, "Too many runs from your network", f"{limit} runs wait already that came from your network address.",
        limit=str(limit), remedy="try again in a minute; who runs the server can raise SKIPSCOPE_ADDRESS_SHARE",
        headers=LATER,
    )  # fmt: skip


def client_full(limit: int) -> Problem:
    """Say that a client has as many runs as it may."""
    return Problem(
        429, "Too many runs of yours", f"You have {limit} runs that wait, train or are paused.", limit=str(limit),
        remedy="stop one of them, or wait until one has ended", headers=LATER,
    )  # fmt: skip


def of_store(error: StoreError) -> Problem:
    """Say that the store fails."""
    status = 507 if error.kind == "full" else 503
    return Problem(status, "The store fails", str(error), headers=LATER, kind=error.kind)


def no_room_for_state(reason: str) -> Problem:
    """Say that the state of a network cannot be written down."""
    return Problem(
        507, "The state cannot be kept", f"The network's state cannot be written below the data folder. {reason}",
        remedy="free space there, or delete runs, and try again", headers=LATER,
    )  # fmt: skip


def nothing_recorded() -> Problem:
    """Say that there is nothing to draw."""
    return Problem(
        409, "Nothing was recorded", "The run has no recorded step in this span to draw.",
        remedy="let it train a step, or ask for other steps with from, to and every",
    )  # fmt: skip


def check_length(
    training: TrainingRequest, variant: int, skips: list[bool] | None, strength: list[float] | None
) -> None:
    """Refuse a variant that is not there, and lists with more or fewer values than it has blocks."""
    if variant >= len(training.variants):
        raise Problem(
            422, "No such variant", f"variant={variant}: the run has {len(training.variants)}, counted from 0.",
            field="variant", value=variant, limit=str(len(training.variants) - 1), remedy="name one of them",
        )  # fmt: skip
    field, given = ("skips", skips) if skips is not None else ("strength", strength)
    num_blocks = training.variants[variant].num_blocks
    if given is not None and len(given) != num_blocks:
        raise Problem(
            422, "Not one value a block", f"{field} has {len(given)} values; the variant has {num_blocks} blocks.",
            field=field, value=len(given), limit=str(num_blocks), remedy="give one value a block, in order",
        )  # fmt: skip


def check_drawn(form: str, figure: str | None, measure: str | None, columns: Sequence[str]) -> None:
    """Refuse a figure's parameters where none is asked for, and a table's where one is."""
    misplaced: dict[str, object] = {"columns": columns} if form == "plotly" else {"figure": figure, "measure": measure}
    if figure == "diagram":
        misplaced["measure"] = measure
    for name, value in misplaced.items():
        if value:
            raise Problem(
                422, "Not of this answer", f"{name}={value!r} does not go with the rest of what is asked for.",
                field=name, value=value,
                limit="columns: json, csv, parquet; figure: plotly; measure: plotly's heatmap and profile",
                remedy=f"leave out {name}, or ask for another format or figure",
            )  # fmt: skip
