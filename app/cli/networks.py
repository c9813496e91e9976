"""Networks without a server: their summaries, the presets, the difference of two."""

from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from skipscope.app.cli import tables
from skipscope.app.cli.output import Output, refused, words, write
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import PRESETS, UnknownPreset, preset
from skipscope.model.describe.summary import Summary, summarize
from skipscope.model.formats import FORMATS

Form = Literal["text", "json", "csv", "mermaid", "dot", "python", "html"]
Table = Annotated[Literal["text", "json"], typer.Option("--format", "-f", help="Form of the output.")]
Name = Annotated[str, typer.Argument(help="A preset; `skipscope presets` lists them.", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="FIELD=VALUE", show_default=False,
        help="Change a field: norm=none, depths=2,2,2,2, skips=true,false,… Repeat it for each field.",
    ),
]  # fmt: skip


def summary(
    name: Name,
    changes: Set = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="Form of the output.")] = "text",
    output: Output = None,
) -> None:
    """Show every layer of a network with its shape, parameters and multiply-accumulates, or write it in PyTorch."""
    found = summarized(name, changes)
    write(tables.as_json(found.to_dict()) if form == "json" else FORMATS[form][1](found), output)


def presets(form: Table = "text", output: Output = None) -> None:
    """List the named networks with their parameters, multiply-accumulates and papers."""
    known = [(entry, summarize(entry.architecture).totals) for entry in PRESETS.values()]
    rows = [
        {"name": entry.name, "parameters": totals["parameters"], "macs": totals["macs"], "family": entry.family,
         "summary": entry.summary, "paper": entry.paper}
        for entry, totals in known
    ]  # fmt: skip
    write(tables.as_json(rows) if form == "json" else tables.presets(rows), output)


def diff(first: Name, second: Name, changes: Set = None, form: Table = "text", output: Output = None) -> None:
    """Compare two networks: the fields that differ, and the effect on parameters, MACs and memory.

    --set changes the second one, so that `skipscope diff resnet56 resnet56 --set norm=none` tells what a norm costs.
    """
    found = tables.differences(summarized(first, None), summarized(second, changes))
    write(tables.as_json(found) if form == "json" else tables.diff(found), output)


def summarized(name: str, changes: list[str] | None) -> Summary:
    """Summarise a preset with some fields changed; end with code 2 and the reason if that makes no sense."""
    return summarize(architecture(name, changes))


def architecture(name: str, changes: list[str] | None) -> Architecture:
    """Return a preset with some fields changed; end with code 2 and the reason if that makes no sense."""
    try:
        wanted = dict(assignment(text) for text in changes or [])
        return preset(name).replace(**wanted) if wanted else preset(name)
    except UnknownPreset as error:
        raise refused(str(error)) from error
    except ValidationError as error:
        raise refused(words(error)) from error


def assignment(text: str) -> tuple[str, Any]:
    """Read FIELD=VALUE: JSON, or words as they are; several values are separated by commas."""
    field, equals, value = text.partition("=")
    if not equals or not field.strip():
        raise refused(f"--set {text}: write FIELD=VALUE, as in --set norm=none")
    field, value = field.strip().replace("-", "_"), value.strip()
    several = "," in value or field in ("depths", "widths")
    return field, tables.read([part for part in value.strip("[]()").split(",") if part.strip()] if several else value)
