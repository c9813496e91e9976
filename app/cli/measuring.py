"""Measuring without a server: one probe, or a whole training, of one to four networks side by side."""

import csv
import io
import json
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from skipscope.app.cli import tables
from skipscope.app.cli.networks import Set, architecture
from skipscope.app.cli.output import FAILED, Output, refused, words, write
from skipscope.model.data.catalogue import DatasetError
from skipscope.model.describe.request import MAX_VARIANTS, ProbeRequest, TrainingRequest

Names = Annotated[
    list[str], typer.Argument(help=f"1 to {MAX_VARIANTS} presets, measured on the same images.", show_default=False)
]
Dataset = Annotated[str, typer.Option(help="Data set; `skipscope data list` lists all.")]
BatchSize = Annotated[int, typer.Option(help="Images per step.")]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Written = Annotated[Literal["text", "json", "csv"], typer.Option("--format", "-f", help="Form of the output.")]


def probe(
    names: Names, changes: Set = None, dataset: Dataset = "digits", batch_size: BatchSize = 64, seed: Seed = 0,
    form: Written = "text", output: Output = None,
) -> None:  # fmt: skip
    """Measure networks at initialisation: one forward and one backward pass, layer by layer."""
    given = {"dataset": dataset, "batch_size": batch_size, "seed": seed}
    try:
        request = ProbeRequest.model_validate({"variants": [architecture(name, changes) for name in names], **given})
        from skipscope import probe as measure  # noqa: PLC0415  (torch)

        found = measure(request)
    except ValidationError as error:
        raise refused(words(error)) from error
    except DatasetError as error:
        raise refused(str(error), FAILED) from error
    if form == "json":
        write(tables.as_json(found), output)
    elif form == "csv":
        rows = [
            [variant["label"], tap, *(variant["values"][name][i] for name in tables.TAP_COLUMNS)]
            for variant in found["variants"]
            for i, tap in enumerate(variant["taps"])
        ]
        write(_csv([["variant", "tap", *tables.TAP_COLUMNS], *rows]), output)
    else:
        said = [] if found["comparison"] is None else [found["comparison"]]
        write("\n\n".join([*said, *(tables.probed(variant) for variant in found["variants"])]), output)


def train(
    names: Names, changes: Set = None, dataset: Dataset = "digits", batch_size: BatchSize = 64, seed: Seed = 0,
    steps: Annotated[int, typer.Option(help="Updates.")] = 200,
    lr: Annotated[float, typer.Option(help="Learning rate.")] = 0.005,
    optimizer: Annotated[Literal["sgd", "adam", "adamw"], typer.Option(help="Optimizer.")] = "sgd",
    record_every: Annotated[int, typer.Option(help="Steps from record to record.")] = 10,
    form: Written = "text", output: Output = None,
) -> None:  # fmt: skip
    """Train networks side by side on the same batches, and write the measurements of each recorded step.

    As json each event is a line, as a server streams them; text and csv have loss, accuracy and the gradient's RMS, and
    text ends with the diagnosis of the last step.
    """
    given = {
        "dataset": dataset, "batch_size": batch_size, "seed": seed, "steps": steps, "lr": lr, "optimizer": optimizer,
        "record_every": record_every,
    }  # fmt: skip
    try:
        request = TrainingRequest.model_validate({"variants": [architecture(name, changes) for name in names], **given})
        from skipscope import train as start  # noqa: PLC0415  (torch)

        training = start(request)
    except ValidationError as error:
        raise refused(words(error)) from error
    except DatasetError as error:
        raise refused(str(error), FAILED) from error
    lines: list[str] = []

    def out(line: str) -> None:
        if output is None:
            typer.echo(line)
        lines.append(line)

    schema = training.schema()
    out(_head(form, schema))
    step: dict[str, Any] = {}
    for record in training:
        step = record.to_dict()
        for line in _lines(form, schema, step):
            out(line)
    if form == "text" and step:
        for line in tables.judged(schema, step):
            out(line)
    training.close()
    if training.reason is not None:
        typer.echo(f"skipscope: {training.reason}", err=True)
    if output is not None:
        write("\n".join([*lines, ""]), output)


def _head(form: str, schema: dict[str, Any]) -> str:
    if form == "json":
        return json.dumps({"event": "schema", **schema})
    return ",".join(tables.STEP_COLUMNS) if form == "csv" else tables.stepped_head()


def _lines(form: str, schema: dict[str, Any], step: dict[str, Any]) -> list[str]:
    if form == "json":
        return [json.dumps({"event": "step", **step})]
    rows = tables.stepped(schema, step)
    return _csv(rows).splitlines() if form == "csv" else [tables.stepped_line(row) for row in rows]


def _csv(rows: list[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
