"""Serve the page and the API until told to end, and end in order."""

import contextlib
import gc
import signal
import socket
import sys

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from skipscope.app import logs
from skipscope.app.executors import malloc
from skipscope.app.guard.address import AddressError, try_address
from skipscope.app.guard.connections import allow_many_files, connection_of, most_connections
from skipscope.app.jobs.database import FolderTakenError, hold
from skipscope.app.main import create_app
from skipscope.app.settings import Settings

PATIENCE = 4
SWITCH_SECONDS = 0.0005
"""The time for which a thread that computes may hold up the loop's at each turn: 5 ms by default, and a step on its way
from its worker to the class takes ten such turns."""
log = structlog.get_logger("server")


def serve(settings: Settings) -> None:
    """Serve until a signal comes. Exit with 1 where port or data folder is taken, with 3 where the start fails."""
    logs.configure(settings)
    malloc.keep_little()
    try:
        try_address(settings.host, settings.port)
        held = hold(settings.data_dir)
    except (AddressError, FolderTakenError) as error:
        typer.echo(f"skipscope: {error}", err=True)
        raise typer.Exit(1) from error
    most = most_connections(settings.max_connections, allow_many_files())
    if most < settings.max_connections:
        log.warning("few_connections", connections=most, reason="the system allows so few open files: ulimit -n")
    if settings.weakness is not None:
        log.warning("password_weak", reason=settings.weakness)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False,
        timeout_graceful_shutdown=PATIENCE, ws="none", server_header=False,
        http=connection_of(settings), limit_concurrency=most + 1,
        proxy_headers=True, forwarded_allow_ips=settings.forwarded_allow_ips,
    )  # fmt: skip
    # uvicorn hands the signal on when it has ended: a clean end is no failure
    signal.signal(signal.SIGTERM, lambda *_: None)
    server = _Server(config, app)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    held.release()
    # all that there is goes with the process: the collector need not go through it, which takes a third of a second
    gc.freeze()
    if not server.started:
        raise typer.Exit(3)


class _Server(uvicorn.Server):
    """Say in one clear line where the page is, once it is there; end runs first when asked to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # streams end by the terminal status of their run, those of rooms at once, so that nobody has to be cut off
        self._app.state.rooms.drain()
        await self._app.state.jobs.drain()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # pyright: ignore[reportArgumentType]
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            typer.echo(f"Skipscope is at http://{self.config.host}:{port}")
