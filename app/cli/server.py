"""The server's commands. They need the extra `server`, and name it if it is not installed."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from skipscope.app.cli import tables
from skipscope.app.cli.networks import Table
from skipscope.app.cli.output import Output, refused, write
from skipscope.model.describe.words import findings

INSTALL = 'pip install "skipscope[server]"'


@contextmanager
def needing_the_server() -> Generator[None]:
    """End with code 2 and the command to install the extra, if a package of it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise refused(f"this command needs the server ({error.name} is not installed): {INSTALL}") from error


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for runs and their history.")] = None,
    forwarded_allow_ips: Annotated[
        str | None, typer.Option(help="Proxies trusted to name the client: 10.0.0.2,172.16.0.0/12, or *.")
    ] = None,
) -> None:
    """Serve the page and the API."""
    with needing_the_server():
        from skipscope.app import serving  # noqa: PLC0415  (a second of imports that no other command needs)
        from skipscope.app.errors import Problem  # noqa: PLC0415
        from skipscope.app.jobs.admission import Admission  # noqa: PLC0415
        from skipscope.app.jobs.service import kinds_of  # noqa: PLC0415
        from skipscope.app.learn.shelf import read_shelf  # noqa: PLC0415
        from skipscope.app.settings import Settings  # noqa: PLC0415
        from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415
        from skipscope.model.train.kinds import TRAINING  # noqa: PLC0415

    given = {"host": host, "port": port, "data_dir": data_dir, "forwarded_allow_ips": forwarded_allow_ips}
    try:
        chosen = Settings(**{name: value for name, value in given.items() if value is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        raise refused("\n".join(_variable(found) for found in error.errors())) from error
    try:
        Admission(chosen).check(TRAINING, TrainingRequest())
    except Problem as problem:
        raise refused(f"the limits in the settings refuse the page's own default run: {problem}") from problem
    try:
        kinds_of(chosen)
    except ValueError as error:
        raise refused(f"SKIPSCOPE_KINDS: {error}") from error
    try:
        read_shelf(Path(chosen.lessons) if chosen.lessons else None)
    except ValueError as error:
        raise refused(str(error)) from error
    serving.serve(chosen)


def settings(form: Table = "text", output: Output = None) -> None:
    """List the server's settings: environment variables, defaults, meanings."""
    with needing_the_server():
        from skipscope.app.settings import Settings  # noqa: PLC0415

    rows = tables.settings_of(Settings)
    write(tables.as_json(rows) if form == "json" else tables.settings(rows), output)


def _variable(found: Any) -> str:
    """Name the setting that is out of range, by its environment variable; never a secret's value."""
    if not found["loc"]:  # several settings together: the input is all of them
        return str(found["ctx"]["error"])
    name = str(found["loc"][0]).upper()
    name = name if name.startswith(("SKIPSCOPE", "RAY")) else f"SKIPSCOPE_{name}"
    said = findings([found])[0]
    return f"{name}={found['input']}: {said.remedy or said.limit}"
