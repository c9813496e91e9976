"""The command line: each command lives in a module beside this one."""

from importlib.metadata import version
from typing import Annotated

import typer

from skipscope.app.cli import measuring, networks, server
from skipscope.app.cli.data import data
from skipscope.app.cli.output import refused, write
from skipscope.app.cli.sending import send

EXAMPLES = """Examples:

skipscope summary resnet50

skipscope summary resnet56 --set norm=none --set skips=false --format python --output plain.py

skipscope diff resnet34 plain34

skipscope probe plain56 resnet56 --set norm=none"""

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        write(f"skipscope {version('skipscope')}")
        raise typer.Exit


@cli.callback(epilog=EXAMPLES)
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Write the version.")] = False,
) -> None:
    """Build real residual networks, train them, and see what each skip connection does."""


for command in (
    server.serve, networks.summary, networks.presets, networks.diff, measuring.probe, measuring.train, send,
    server.settings,
):  # fmt: skip
    cli.command()(command)
cli.add_typer(data, name="data")


@cli.command("compile")
def compile_() -> None:
    """Compile the sums, which makes measuring two to three times cheaper; needs g++ and Python's headers."""
    from skipscope.model.measure.native.build import BuildError, build  # noqa: PLC0415  (torch)

    try:
        write(str(build()))
    except BuildError as error:
        raise refused(f"not compiled, so measuring takes longer: {error}", 1) from error


def main() -> None:
    """Run the command line."""
    cli()
