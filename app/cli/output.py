"""How commands answer: text on the output, reasons on the error stream, exit codes."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from skipscope.model.describe.words import findings

NOT_VALID = 2
"""Exit code of a command with wrong arguments, as of unknown options."""
FAILED = 1
"""Exit code of a command with right arguments that failed."""

Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", show_default=False)]


def write(text: str, output: Path | None = None) -> None:
    """Write to a file, to a terminal as it likes it, or to a pipe as UTF-8 with the line ends that the text has."""
    if output is not None:
        try:
            output.write_bytes(text.encode())
        except OSError as error:
            raise refused(f"cannot write {output}: {error.strerror}") from error
        return
    ended = text if text.endswith("\n") else text + "\n"
    typer.echo(ended if sys.stdout.isatty() else ended.encode(), nl=False)


def refused(reason: str, code: int = NOT_VALID) -> typer.Exit:
    """Write the reason on the error stream, and return the exit for it."""
    for line in reason.splitlines():
        typer.echo(f"skipscope: {line}", err=True)
    return typer.Exit(code)


def words(error: ValidationError) -> str:
    """Name each field that was not valid on a line of its own, in the product's words."""
    return "\n".join(found.detail for found in findings(error.errors()))
