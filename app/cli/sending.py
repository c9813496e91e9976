"""The command that delivers a run that was recorded without a server."""

from pathlib import Path
from typing import Annotated

import typer

from skipscope.app.cli.output import FAILED, refused, write


def send(
    file: Annotated[Path, typer.Argument(help="A file of skipscope.watch, or Parquet of a recorder's records.")],
    to: Annotated[str, typer.Option(help="Address of the server.", envvar="SKIPSCOPE_URL")] = "http://127.0.0.1:8000",
    token: Annotated[str, typer.Option(help="The server's write token.", envvar="SKIPSCOPE_TOKEN")] = "",
    name: Annotated[str | None, typer.Option(help="Name of the run, in place of the file's.")] = None,
) -> None:
    """Send a run that was recorded into a file to a server, and write the address of its page."""
    from skipscope.model.watch.link import Link, Refused, Unreachable  # noqa: PLC0415
    from skipscope.model.watch.runfile import NoRun  # noqa: PLC0415
    from skipscope.model.watch.sending import send_file  # noqa: PLC0415

    try:
        link = Link(to, token, seconds=30)
        write(send_file(file, link, name))
    except (NoRun, ValueError) as error:
        raise refused(str(error)) from error
    except OSError as error:
        raise refused(f"cannot read {file}: {error.strerror}") from error
    except Unreachable as error:
        raise refused(f"{to} does not answer: {error}", FAILED) from error
    except Refused as error:
        raise refused(str(error), FAILED) from error
