"""Put the application together; nothing is made when this is imported."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from skipscope.app import errors
from skipscope.app.executors.base import Busy
from skipscope.app.executors.child import BEHIND
from skipscope.app.guard.door import Door
from skipscope.app.guard.heads import Heads
from skipscope.app.guard.open_streams import Streams
from skipscope.app.guard.rates import Rates
from skipscope.app.guard.security import Guard
from skipscope.app.jobs import refusals
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.desk import MOST, Desk
from skipscope.app.jobs.exports import Exports
from skipscope.app.jobs.service import Jobs
from skipscope.app.learn.glossary import read_glossary
from skipscope.app.learn.help import Help
from skipscope.app.learn.shelf import read_shelf
from skipscope.app.page.assets import Assets
from skipscope.app.page.packing import Packing
from skipscope.app.page.paths import STATIC
from skipscope.app.page.recording import Recordings
from skipscope.app.page.samples import Samples
from skipscope.app.rooms.rooms import Rooms
from skipscope.app.routes import (
    architectures,
    datasets,
    experiments,
    health,
    help,
    history,
    hosts,
    lab,
    learn,
    outside,
    pages,
    probe,
    roompages,
    roomruns,
    rooms,
    runs,
    uploads,
    weights,
)
from skipscope.app.settings import Settings
from skipscope.app.wire import description


def create_app(settings: Settings) -> FastAPI:
    """Make the application: workers start with it and end with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with Jobs(settings) as jobs:
            app.state.jobs = jobs
            app.state.recordings = Recordings(jobs.store)
            app.state.first_probe = await jobs.probes.measure(pages.FIRST)
            async with Rooms(
                jobs.store, jobs.probes, jobs.everything, app.state.shelf, settings.heartbeat
            ) as app.state.rooms:
                yield
            desks: list[Desk] = [app.state.desk, app.state.drawing, app.state.receiving]
            await asyncio.gather(*(desk.close() for desk in desks))

    app = FastAPI(
        title="Skipscope", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None,
        summary="Real residual networks, trained in front of you and measured layer by layer.",
    )  # fmt: skip
    app.state.settings = settings
    app.state.samples = Samples()
    app.state.shelf = read_shelf(Path(settings.lessons) if settings.lessons else None)
    app.state.help = Help(read_glossary(), app.state.shelf)
    share = settings.share_of(MOST)
    app.state.exports = Exports(most_of_one=share)
    aside = settings.nice + BEHIND
    app.state.drawing, app.state.desk, app.state.receiving = (Desk(nice=aside, most_of_one=share) for _ in range(3))
    app.state.started = time.monotonic()
    description.install(app)
    # first: a class asks for files more often than for all else, and each router before costs a look at all its routes
    app.mount("/static", Assets(directory=STATIC), name="static")
    app.include_router(learn.pages)
    for part in (
        pages, lab, help, architectures, probe, outside, runs, history, weights, uploads, experiments, datasets, learn,
        rooms, hosts, roomruns, roompages, health,
    ):  # fmt: skip
        app.include_router(part.router)

    def refused(status: int, by: str) -> None:
        app.state.jobs.metrics.refused(status, by)

    def reading(change: int) -> None:
        app.state.jobs.metrics.reading(change)

    def opens(path: str, bearer: str) -> bool:
        return app.state.rooms.opens(path, bearer)

    errors.install(app, refused, {StoreError: refusals.of_store, Busy: refusals.busy})

    # the last one is the first that a request meets
    app.add_middleware(Packing)
    app.add_middleware(Heads)
    app.add_middleware(Streams, settings=settings, refused=refused, reading=reading)
    app.add_middleware(Rates, settings=settings, refused=refused)
    app.add_middleware(Guard, settings=settings, refused=refused, opens=opens)
    app.add_middleware(Door)
    return app
