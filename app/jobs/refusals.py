"""How jobs are refused: problems that name the state, the limit and what is possible instead."""

from collections.abc import Sequence

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.rows import JobView
from skipscope.model.jobs.command import CommandError

MAX_PENDING = 64
LATER = {"Retry-After": "30"}


def unknown(job_id: str, noun: str = "run") -> Problem:
    """Say that there is no such job."""
    return Problem(
        404, f"No such {noun}", f"There is no {noun} {job_id[:40]!r}; it may have been deleted or be too old.",
        field=f"{noun}_id", value=job_id, remedy=f"look for it in the list of {noun}s",
    )  # fmt: skip


def impossible(job: JobView, wish: str) -> Problem:
    """Say that a wish makes no sense in this state, and what does."""
    state, possible = job.saved.state, list(job.possible)
    if possible:
        remedy = f"possible now: {', '.join(possible)}"
    else:
        remedy = f"{'it is about to stop' if job.stopping else f'this {job.noun} has ended'}; start a new one"
    return Problem(
        409, "Not possible in this state",
        f"{wish} is not possible: the {job.noun} is {state}. {remedy.capitalize()}.",
        field="state", value=state, remedy=remedy, state=state, possible=possible,
    )  # fmt: skip


def behind(job: JobView) -> Problem:
    """Say that a job has more changes before it than it can take."""
    return Problem(
        429, "Too many changes", f"{MAX_PENDING} changes wait for {job.noun} {job.saved.id} already.",
        limit=str(MAX_PENDING), remedy="wait for the step that it is at", headers={"Retry-After": "5"},
    )  # fmt: skip


def of_command(error: CommandError) -> Problem:
    """Say that a command does not fit the job."""
    return Problem(
        422, error.title, str(error), field=error.field, value=error.value, limit=error.limit, remedy=error.remedy
    )


def no_such_kind(kind: str, known: Sequence[str]) -> Problem:
    """Say that there is no such kind of experiment."""
    return Problem(
        422, "No such kind", f"kind={kind!r}: there is no such experiment.", field="kind", value=kind,
        limit=", ".join(known) or "none on this server", remedy="name one of these",
    )  # fmt: skip


def no_figure_yet(job: JobView) -> Problem:
    """Say that an experiment has found nothing to draw."""
    return Problem(
        409, "Nothing to draw", f"Experiment {job.saved.id} is {job.saved.state} and has no figure.",
        field="format", value="plotly", limit="json", remedy="follow its events until a partial result comes",
    )  # fmt: skip


def no_result_yet(job: JobView, form: str) -> Problem:
    """Say that an experiment has found nothing to put into a table."""
    return Problem(
        409, "Nothing found", f"Experiment {job.saved.id} is {job.saved.state} and has no result.",
        field="format", value=form, limit="json", remedy="follow its events until a partial result comes",
    )  # fmt: skip


def key_used(job: JobView) -> Problem:
    """Say that an idempotency key belongs to another request."""
    return Problem(
        422, "Idempotency key used before",
        f"This Idempotency-Key made {job.noun} {job.saved.id}, from another request.",
        field="Idempotency-Key", remedy="use a new key for a new request", run=job.saved.id,
    )  # fmt: skip


def not_yours(job_id: str, noun: str = "run") -> Problem:
    """Say that a job belongs to another."""
    own = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun} of your own"
    copied = " by Make a copy on its page, or from the same request" if noun == "run" else ""
    return Problem(
        403, f"Another's {noun}",
        f"{noun.capitalize()} {job_id} was started by somebody else; you can watch it and not change it.",
        field=f"{noun}_id", value=job_id, limit="who started it, and who has the admin token",
        remedy=f"start {own}{copied}; the admin token is given at /admin",
    )  # fmt: skip


def for_admins(what: str) -> Problem:
    """Say that something is for those who have the admin token."""
    return Problem(
        401, "Admin token needed", f"{what} for those who have the admin token.", field="Authorization",
        remedy="send `Authorization: Bearer` with SKIPSCOPE_ADMIN_TOKEN",
        headers={"WWW-Authenticate": 'Bearer realm="Skipscope"'},
    )  # fmt: skip


def no_token() -> Problem:
    """Say that nobody can be an admin here."""
    return Problem(
        404, "No admin token", "This server has no admin token: each browser changes its own runs.", field="/admin",
        remedy="the server's operator sets SKIPSCOPE_ADMIN_TOKEN, or to share all runs SKIPSCOPE_SHARED_RUNS=true",
    )  # fmt: skip


def draining() -> Problem:
    """Say that the server ends."""
    return Problem(
        503, "The server is stopping", "It starts no more runs.", remedy="try again in a minute", headers=LATER
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
        limit=str(limit), remedy="try again in a minute; the operator can raise SKIPSCOPE_ADDRESS_SHARE",
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
        507, "The state cannot be stored", f"The network's state cannot be written below the data folder. {reason}",
        remedy="free space there, or delete runs, and try again", headers=LATER,
    )  # fmt: skip


def no_weights_yet(job: JobView) -> Problem:
    """Say that weights are kept when a run has ended."""
    return Problem(
        409, "No weights yet",
        f"Run {job.saved.id} is {job.saved.state}; its weights are kept when it is done or stopped.",
        field="state", value=job.saved.state, limit="done, stopped", state=job.saved.state,
        remedy="stop it, or wait for its end; an experiment takes the weights of a run under way by its id",
    )  # fmt: skip


def no_weights(job: JobView, status: int = 404) -> Problem:
    """Say that a run has no weights any more, or never had."""
    saved = job.saved
    ended = f"it has {saved.state}" if saved.state == "failed" else f"it was {saved.state}"
    why = saved.weights_note or ("their file is gone" if saved.weights_bytes else ended)
    return Problem(
        status, "No weights", f"The weights of run {saved.id} are not kept: {why}.", field="run_id", value=saved.id,
        limit="runs that are done or stopped, within SKIPSCOPE_KEEP_WEIGHTS_MEGABYTES",
        remedy="start the same request anew: the same seed gives the same weights; the operator can raise the limit",
    )  # fmt: skip


def no_uploads() -> Problem:
    """Say that this server keeps no weights."""
    return Problem(
        409, "No weights are kept", "This server keeps no weights.", field="body", limit="0 MB",
        remedy="the operator sets SKIPSCOPE_KEEP_WEIGHTS_MEGABYTES above 0",
    )  # fmt: skip


def beyond_quota(size: int, quota: float) -> Problem:
    """Say that a file is larger than all weights together may be."""
    return Problem(
        413, "Too large", f"The file has {size / 1e6:.1f} MB; all weights together may have {quota:g} MB.",
        field="body", value=size, limit=f"{quota:g} MB",
        remedy="send a smaller network's; the operator can raise SKIPSCOPE_KEEP_WEIGHTS_MEGABYTES",
    )  # fmt: skip


def not_kept(reason: str) -> Problem:
    """Say why weights that were sent are not kept."""
    return Problem(
        507, "Not kept", f"The weights are not kept: {reason}", field="body",
        remedy="send a smaller network's, or have the operator make room", headers=LATER,
    )  # fmt: skip


def uploading(limit: int) -> Problem:
    """Say that a file of the same client, or as many as may be, are received at the moment."""
    return Problem(
        429, "Files are being received", f"One file of yours, or {limit} of all clients, are received at the moment.",
        field="body", limit=f"1 of a client, {limit} in all", remedy="send it when the other has arrived",
        headers={"Retry-After": "5"},
    )  # fmt: skip


def many_uploads(limit: int) -> Problem:
    """Say that a client has sent as many files as it may have."""
    return Problem(
        409, "Too many files of weights", f"You have {limit} files of weights on this server.", field="body",
        limit=str(limit), remedy="delete one of the list of weights",
    )  # fmt: skip


def no_such_weights(weights_id: str) -> Problem:
    """Say that there are no weights of an id to start from."""
    return Problem(
        422, "No such weights", f"weights={weights_id[:40]!r}: there are no weights of that id.", field="weights",
        value=weights_id, limit="uploaded weights, and runs that are done or stopped",
        remedy="choose one of the list of weights; or leave out weights and name variants",
    )  # fmt: skip


def no_such_source(run_id: str) -> Problem:
    """Say that there is no run whose networks could be measured."""
    return Problem(
        422, "No such run", f"run={run_id[:40]!r}: there is no run of that id.", field="run", value=run_id,
        remedy="take the id from the list of runs, or leave out run and name variants",
    )  # fmt: skip


def no_such_network(network: int, count: int) -> Problem:
    """Say how many networks a run has."""
    return Problem(
        422, "No such network", f"network={network}: the run has {count}, counted from 1.", field="network",
        value=network, limit=str(count), remedy="name one of them, or leave network out for all",
    )  # fmt: skip


def nothing_recorded() -> Problem:
    """Say that there is nothing to draw."""
    return Problem(
        409, "Nothing was recorded", "The run has no recorded step in this span to draw.",
        remedy="let it train a step, or ask for other steps with from, to and every",
    )  # fmt: skip


def gone() -> Problem:
    """Say that a run was deleted while it was read."""
    return Problem(404, "The run is gone", "The run was deleted while it was read.", remedy="look at another run")


def no_figures(reason: str) -> Problem:
    """Say that this server cannot draw."""
    return Problem(
        501, "No figures on this server", reason, field="format", value="plotly", limit="json, csv, parquet",
        remedy="draw the history with skipscope.show, or have the server's operator install the extra figures",
    )  # fmt: skip


def check_drawn(form: str, figure: str | None, measure: str | None, columns: Sequence[str]) -> None:
    """Refuse a figure's parameters where none is asked for, and a table's where one is."""
    misplaced: dict[str, object] = {"columns": columns} if form == "plotly" else {"figure": figure, "measure": measure}
    for name, value in misplaced.items():
        if value:
            raise Problem(
                422, "Not of this answer", f"{name}={value!r} does not go with the rest of the request.",
                field=name, value=value,
                limit="columns: json, csv, parquet; figure, measure: plotly",
                remedy=f"leave out {name}, or ask for another format or figure",
            )  # fmt: skip
