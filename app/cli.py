"""The command line: serve."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.main import create_app
from app.settings import Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="A laboratory for residual networks.")


@cli.callback()
def _root() -> None:
    """Build real residual networks, train them, and see what each skip connection does."""


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for runs and their history.")] = None,
) -> None:
    """Serve the page and the API."""
    given = {
        name: value for name, value in (("host", host), ("port", port), ("data_dir", data_dir)) if value is not None
    }
    settings = Settings(**given)  # pyright: ignore[reportArgumentType]
    config = uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=8
    )
    _Server(config).run()


class _Server(uvicorn.Server):
    """Say in one clear line where the page is, once it is there."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # pyright: ignore[reportArgumentType]
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            typer.echo(f"Skipscope is at http://{self.config.host}:{port}")


def main() -> None:
    """Run the command line."""
    cli()
