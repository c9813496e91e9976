"""The command line: serve, and what needs no server: summaries, presets, differences, settings."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from skipscope.app.cli import tables
from skipscope.model.data.catalogue import FILES, datasets_folder
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import PRESETS, UnknownPreset, preset
from skipscope.model.describe.summary import Summary, summarize
from skipscope.model.describe.words import findings
from skipscope.model.formats import FORMATS

NOT_VALID = 2
"""Exit code of what was not asked for well, as of unknown options."""
FAILED = 1
"""Exit code of what was asked for well and could not be done."""

EXAMPLES = """Examples:

skipscope summary resnet50

skipscope summary resnet56 --set norm=none --set skips=false --format python --output plain.py

skipscope diff resnet34 plain34"""

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)  # fmt: skip
data = typer.Typer(no_args_is_help=True, help="Bring data sets that ship in no package.")
cli.add_typer(data, name="data")
Form = Literal["text", "json", "csv", "mermaid", "dot", "python", "plotly"]
Name = Annotated[str, typer.Argument(help="A preset; `skipscope presets` lists them.", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="FIELD=VALUE", show_default=False,
        help="Change a field: norm=none, depths=2,2,2,2, skips=true,false,… Give it once a field.",
    ),
]  # fmt: skip


@cli.callback(epilog=EXAMPLES)
def _root() -> None:
    """Build real residual networks, train them, and see what each skip connection does."""


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for runs and their history.")] = None,
    forwarded_allow_ips: Annotated[
        str | None, typer.Option(help="Proxies that are believed about who asks: 10.0.0.2,172.16.0.0/12, or *.")
    ] = None,
) -> None:
    """Serve the page and the API."""
    from skipscope.app import serving  # noqa: PLC0415  (a second of imports that no other command needs)
    from skipscope.app.errors import Problem  # noqa: PLC0415
    from skipscope.app.jobs.admission import Admission  # noqa: PLC0415
    from skipscope.app.settings import Settings  # noqa: PLC0415
    from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415

    given = {"host": host, "port": port, "data_dir": data_dir, "forwarded_allow_ips": forwarded_allow_ips}
    try:
        chosen = Settings(**{name: value for name, value in given.items() if value is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        raise _refused("\n".join(_variable(found) for found in error.errors())) from error
    try:
        Admission(chosen).check(TrainingRequest())
    except Problem as problem:
        raise _refused(f"the limits in the settings refuse the page's own default run: {problem}") from problem
    serving.serve(chosen)


@cli.command()
def summary(
    name: Name,
    changes: Set = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="How to write it.")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", show_default=False)
    ] = None,
) -> None:
    """Show every layer of a network with its shape, parameters and multiply-accumulates, or write it in PyTorch."""
    found = _summary(name, changes)
    text = tables.as_json(found.to_dict()) if form == "json" else FORMATS[form][1](found)
    if output is None:
        _say(text)
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        raise _refused(f"cannot write {output}: {error.strerror}") from error


@cli.command()
def presets(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the named networks with their parameters, multiply-accumulates and papers."""
    known = [(entry, summarize(entry.architecture).totals) for entry in PRESETS.values()]
    rows = [
        {"name": entry.name, "parameters": totals["parameters"], "macs": totals["macs"], "family": entry.family,
         "summary": entry.summary, "paper": entry.paper}
        for entry, totals in known
    ]  # fmt: skip
    _say(tables.as_json(rows) if as_json else tables.presets(rows))


@cli.command()
def diff(
    first: Name,
    second: Name,
    changes: Set = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Compare two networks: which fields differ, and what that does to parameters, MACs and memory.

    --set changes the second one, so that `skipscope diff resnet56 resnet56 --set norm=none` tells what a norm costs.
    """
    found = tables.differences(_summary(first, None), _summary(second, changes))
    _say(tables.as_json(found) if as_json else tables.diff(found))


@cli.command()
def compile() -> None:
    """Compile what makes measuring two to three times cheaper; needs g++ and Python's headers."""
    from skipscope.model.measure.native.build import main as build  # noqa: PLC0415  (torch)

    sys.argv[1:] = []
    build()


@cli.command()
def settings(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the server's settings: environment variables, defaults, meanings."""
    from skipscope.app.settings import Settings  # noqa: PLC0415

    rows = tables.settings_of(Settings)
    _say(tables.as_json(rows) if as_json else tables.settings(rows))


@data.command("fetch")
def data_fetch(
    name: Annotated[Literal["cifar10", "cifar100"], typer.Argument(help="Which one.", show_default=False)],
    url: Annotated[
        str | None, typer.Option(help="A mirror of the official binary archive; its sum has to be the same.")
    ] = None,
) -> None:
    """Download CIFAR's official binary archive (170 MB) into the folder for data sets, and check it.

    The folder is $SKIPSCOPE_DATASETS, or data/datasets. Ends with code 1 and the reason where that cannot be done.
    """
    from skipscope.app.cli.fetch import ARCHIVES, FetchError, fetch  # noqa: PLC0415  (HTTP and TLS, which no other command needs)

    folder = datasets_folder()
    place = folder / FILES[name][0]
    typer.echo(f"{url or ARCHIVES[name].url} -> {place}", err=True)
    try:
        with typer.progressbar(length=0, label=name, file=sys.stderr, show_pos=True) as bar:

            def tell(came: int, total: int | None) -> None:
                bar.length = total
                bar.update(came)

            fresh = fetch(name, folder, url=url, progress=tell)
    except FetchError as error:
        raise _refused(str(error), FAILED) from error
    except ValueError as error:
        raise _refused(str(error)) from error
    _say(f"{name}: {place}" if fresh else f"{name} is already there: {place}")


def _summary(name: str, changes: list[str] | None) -> Summary:
    """Summarise a preset with some fields changed; end with code 2 and the reason where that makes no sense."""
    try:
        return summarize(_with(preset(name), dict(_assignment(text) for text in changes or [])))
    except UnknownPreset as error:
        raise _refused(str(error)) from error
    except ValidationError as error:
        raise _refused("\n".join(found.detail for found in findings(error.errors()))) from error


def _with(architecture: Architecture, changes: dict[str, Any]) -> Architecture:
    return architecture.replace(**changes) if changes else architecture


def _assignment(text: str) -> tuple[str, Any]:
    """Read FIELD=VALUE: JSON, or words as they are; several values are separated by commas."""
    field, equals, value = text.partition("=")
    if not equals or not field.strip():
        raise _refused(f"--set {text}: write FIELD=VALUE, as in --set norm=none")
    field, value = field.strip().replace("-", "_"), value.strip()
    several = "," in value or field in ("depths", "widths")
    return field, tables.read([part for part in value.strip("[]()").split(",") if part.strip()] if several else value)


def _variable(found: Any) -> str:
    """Say which setting is out of range, by its environment variable; never a secret's value."""
    if not found["loc"]:  # several settings together: the input is all of them
        return str(found["ctx"]["error"])
    name = str(found["loc"][0]).upper()
    name = name if name.startswith(("SKIPSCOPE", "RAY")) else f"SKIPSCOPE_{name}"
    said = findings([found])[0]
    return f"{name}={found['input']}: {said.remedy or said.limit}"


def _refused(reason: str, code: int = NOT_VALID) -> typer.Exit:
    """Say on the error stream what is wrong, and return the exit for it."""
    for line in reason.splitlines():
        typer.echo(f"skipscope: {line}", err=True)
    return typer.Exit(code)


def _say(text: str) -> None:
    """Write to a terminal as it likes it, to files and pipes as UTF-8 with the line ends that the text has."""
    ended = text if text.endswith("\n") else text + "\n"
    typer.echo(ended if sys.stdout.isatty() else ended.encode(), nl=False)


def main() -> None:
    """Run the command line."""
    cli()
