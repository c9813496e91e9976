"""Experiments on the networks of a run, as they are now or as they ended: its request fills in theirs, and its weights
wait in a file until the experiment begins."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import BaseModel

from skipscope.app.errors import Problem
from skipscope.app.jobs import outside_refusals, refusals
from skipscope.app.jobs.asking import PATIENCE, make_file, wait_for
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import JobView
from skipscope.model.data.catalogue import OWN_SPLITS, adapt_all
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.formats.tensors import documents
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.kinds import TRAINING

WISH = "an experiment on its networks"
OF_RUN = ("dataset", "image_size", "seed", "batch_size", "device", "channels_last")
"""Fields that are the run's where the request has none of its own."""
Skips = bool | list[bool]


def training_of(run: JobView, wish: str) -> TrainingRequest:
    """Return the request of a run; raise the Problem that it trains elsewhere."""
    if run.saved.kind != TRAINING.name:
        raise outside_refusals.trains_elsewhere(run.saved.id, wish)
    return TrainingRequest.model_validate_json(run.saved.request)


class Starting:
    """Begins experiments on the networks of runs."""

    def __init__(self, registry: Registry, runs: Directory) -> None:
        self._registry, self._runs = registry, runs

    async def create(self, new: NewJob, given: Mapping[str, Any]) -> tuple[JobView, bool]:
        """Begin an experiment on a run that its fields, as they were `given`, name; return whether it is new.

        The client may leave meanwhile: an experiment that is begun comes to an end.
        """
        return await self._registry.errands.run(self._create(new, given))

    async def resolve(self, kind: Kind[Any], given: Mapping[str, Any]) -> BaseModel:
        """Return the request on a run's networks as they were when it began, without asking the run."""
        run = await self._find(str(given["run"]))
        return kind.request.model_validate(fields_of(training_of(run, WISH), given))

    async def _create(self, new: NewJob, given: Mapping[str, Any]) -> tuple[JobView, bool]:
        run = await self._find(str(given["run"]))
        training = training_of(run, WISH)
        # what is refused is refused before the run is asked
        self._registry.admission.check(new.kind, new.kind.request.model_validate(fields_of(training, given)))
        self._registry.admit(new.seat)
        file = await make_file(self._registry)
        try:
            await self._write(run, file)
            skips = await asyncio.to_thread(_skips_in, file)
            request = new.kind.request.model_validate(fields_of(training, given, skips))
            made, is_new = await self._registry.create(replace(new, request=request, resume=file))
        except BaseException:
            await self._registry.states.remove(file)
            raise
        if not is_new:
            await self._registry.states.remove(file)
        return made, is_new

    async def _find(self, run_id: str) -> JobView:
        try:
            return await self._runs.find(run_id)
        except Problem as error:
            if error.status != 404:
                raise
            raise refusals.no_such_source(run_id) from error

    async def _write(self, run: JobView, file: Path) -> None:
        """Have the run's weights in a file: those that it has now, or, if it has ended, those that are kept."""
        job = self._registry.live.get(run.saved.id)
        if job is not None and not job.over:
            if job.handle is None:
                raise refusals.impossible(job.view(), WISH)
            try:
                self._registry.send_command(job, {"weights": "all", "file": str(file)})
                await wait_for(job, job.replies.expect(str(file)), WISH, PATIENCE)
            except Problem:
                if not job.over:
                    raise
                assert job.task is not None
                await asyncio.wait([job.task])
                run = await self._runs.find(run.saved.id)
            else:
                return
        try:
            await self._registry.weights.lend(run.saved.id, file)
        except FileNotFoundError:
            raise refusals.no_weights(run, 409) from None
        except OSError as error:
            raise refusals.no_room_for_state(f"{error.strerror}.") from error


def _skips_in(file: Path) -> list[Skips]:
    """Return which shortcuts of the networks in a file are connected."""
    with file.open("rb") as opened:
        return [orjson.loads(document.about)["architecture"]["skips"] for document in documents(opened)]


def fields_of(training: TrainingRequest, given: Mapping[str, Any], skips: list[Skips] | None = None) -> dict[str, Any]:
    """Return the fields of an experiment on a run's networks, with the shortcuts as they are.

    Raise FieldError for one that is the run's alone.
    """
    wanted = {name: value for name, value in given.items() if value is not None}
    for name in ("variants", "labels"):
        if name in wanted:
            raise FieldError(name, wanted[name], "the networks are those of the run", f"leave out {name}, or run")
    if wanted.get("steps"):
        limit = "the networks of a run are measured as they are"
        raise FieldError("steps", wanted["steps"], limit, "leave out steps, or run")
    own = {name: getattr(training, name) for name in OF_RUN} | {"image_size": adapt_all(training)[0].image_size}
    held = ("dataset", "image_size") if training.dataset in OWN_SPLITS else ("dataset", "image_size", "seed")
    for name in held:
        if wanted.get(name, own[name]) != own[name]:
            limit = f"the run has {own[name]}" + (", which decides what images are held out" if name == "seed" else "")
            raise FieldError(name, wanted[name], limit, f"leave out {name}, or run")
    variants = training.variants
    if skips is not None:
        pairs = zip(variants, skips, strict=True)
        variants = tuple(
            [one.replace(skips=tuple(cast("Any", new)) if isinstance(new, list) else new) for one, new in pairs]
        )
    return {**own, **wanted, "variants": variants, "labels": training.names(), "steps": 0}
