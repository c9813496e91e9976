"""Trainings and experiments that start from weights, uploaded ones or those that a run ended with: their networks fill
the request, and the weights wait in a file until the job begins."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import BaseModel

from skipscope.app.errors import Problem
from skipscope.app.jobs import refusals
from skipscope.app.jobs.asking import make_file
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import UPLOAD, JobView, Saved
from skipscope.model.data.catalogue import OWN_SPLITS, DatasetError, adapt_all
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.formats.tensors import documents
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.kinds import TRAINING

OF_RUN = ("dataset", "image_size", "seed", "batch_size", "device", "channels_last")
"""Fields that are those of the run that ended with the weights, where the request has none of its own."""
DATA = ("in_channels", "num_classes")


class FromWeights:
    """Begins jobs of any kind from weights."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def create(self, new: NewJob, given: Mapping[str, Any]) -> tuple[JobView, bool]:
        """Begin a job from the weights that its fields, as they were `given`, name; return whether it is new.

        The client may leave meanwhile: a job that is begun comes to an end.
        """
        return await self._registry.errands.run(self._create(new, given))

    async def resolve(self, kind: Kind[Any], given: Mapping[str, Any]) -> BaseModel:
        """Return the request with the networks of the weights."""
        return await self._resolve(kind, given, await self._find(str(given["weights"])))

    async def _resolve(self, kind: Kind[Any], given: Mapping[str, Any], saved: Saved) -> BaseModel:
        try:
            abouts = await asyncio.to_thread(_abouts, self._registry.weights.path(saved.id))
        except FileNotFoundError:
            raise refusals.no_weights(JobView(saved), 409) from None
        run = None if saved.kind == UPLOAD else TrainingRequest.model_validate_json(saved.request)
        starts = {"steps": 0} if issubclass(kind.request, TrainedRequest) else {}
        request = kind.request.model_validate({**starts, **fields_of(run, abouts, given)})
        _check_data(request, abouts)
        return request

    async def _create(self, new: NewJob, given: Mapping[str, Any]) -> tuple[JobView, bool]:
        saved = await self._find(str(given["weights"]))
        request = await self._resolve(new.kind, given, saved)
        self._registry.admission.check(new.kind, request)
        self._registry.admit(new.seat)
        file = await make_file(self._registry)
        is_new = False
        try:
            try:
                await self._registry.weights.lend(saved.id, file)
            except FileNotFoundError:
                raise refusals.no_weights(JobView(saved), 409) from None
            except OSError as error:
                raise refusals.no_room_for_state(f"{error.strerror}.") from error
            made, is_new = await self._registry.create(replace(new, request=request, resume=file))
        finally:
            if not is_new:
                await self._registry.states.remove(file)
        return made, is_new

    async def _find(self, weights_id: str) -> Saved:
        live = self._registry.live.get(weights_id)
        if live is not None and live.kind is TRAINING and not live.over:
            raise refusals.no_weights_yet(live.view())
        if live is not None:  # what it ended with is being stored
            await asyncio.wait([live.published])
        saved = await self._registry.store.find(weights_id)
        if saved is None or saved.kind not in (UPLOAD, TRAINING.name):
            raise refusals.no_such_weights(weights_id)
        if not saved.weights_bytes:
            raise refusals.no_weights(JobView(saved), 409)
        return saved


def _abouts(file: Path) -> list[dict[str, Any]]:
    """Return the descriptions of the networks in a file of kept weights."""
    with file.open("rb") as opened:
        return [orjson.loads(document.about) for document in documents(opened)]


def fields_of(run: TrainingRequest | None, abouts: list[dict[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a job that starts from networks, of a run or uploaded; raise FieldError for one that is
    theirs alone."""
    wanted = {name: value for name, value in given.items() if value is not None}
    for name in ("variants", "labels"):
        if name in wanted:
            raise FieldError(
                name, wanted[name], "the networks are those of the weights", f"leave out {name}, or weights"
            )
    own: dict[str, Any] = {}
    if run is not None:
        own = {name: getattr(run, name) for name in OF_RUN} | {"image_size": adapt_all(run)[0].image_size}
        if wanted.get("dataset", run.dataset) != run.dataset:
            own = {}
        elif run.dataset not in OWN_SPLITS and wanted.get("seed", run.seed) != run.seed:
            limit = f"the weights' run has {run.seed}, which decides what images are held out: others were trained on"
            raise FieldError("seed", wanted["seed"], limit, "leave out seed, or take another data set")
    variants = [Architecture.model_validate(about["architecture"]) for about in abouts]
    return {**own, **wanted, "variants": tuple(variants), "labels": tuple(about["label"] for about in abouts)}


def _check_data(request: BaseModel, abouts: list[dict[str, Any]]) -> None:
    """Raise FieldError for a data set whose images or classes the networks of the weights are not made for."""
    try:
        networks = adapt_all(cast("TrainingRequest", request))
    except DatasetError as error:
        name = dict(request)["dataset"]
        raise Problem(
            422, "No such data set", str(error), field="dataset", value=name,
            remedy="choose one of the list of data sets",
        ) from error  # fmt: skip
    for about, adapted in zip(abouts, networks, strict=True):
        theirs = {name: about["architecture"][name] for name in DATA}
        if theirs != {name: getattr(adapted, name) for name in DATA}:
            limit = (
                f"it has {adapted.in_channels} channels and {adapted.num_classes} classes; the weights are of a "
                f"network for {theirs['in_channels']} and {theirs['num_classes']}"
            )
            raise FieldError(
                "dataset", dict(request)["dataset"], limit, "name a data set of that form, or other weights"
            )
