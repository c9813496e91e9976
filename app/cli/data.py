"""Data sets: their list, and the download of those that ship with no package."""

import sys
from typing import Annotated, Literal

import typer

from skipscope.app.cli import tables
from skipscope.app.cli.networks import Table
from skipscope.app.cli.output import FAILED, Output, refused, write
from skipscope.model.data.catalogue import FILES, catalogue, datasets_folder

data = typer.Typer(no_args_is_help=True, help="List data sets, and download those that ship with no package.")


@data.command("list")
def list_(form: Table = "text", output: Output = None) -> None:
    """List the data sets: images, size, classes, and the missing files of one that is not there yet."""
    rows = [
        {
            "name": info.name, "title": info.title, "num_images": info.num_images, "num_test": info.num_test,
            "image_size": info.image_size, "in_channels": info.in_channels, "num_classes": info.num_classes,
            "source": info.source, "licence": info.licence, "missing": info.missing, "remedy": info.remedy,
        }
        for info in catalogue().values()
    ]  # fmt: skip
    write(tables.as_json(rows) if form == "json" else tables.datasets(rows), output)


@data.command("fetch")
def fetch_(
    name: Annotated[Literal["cifar10", "cifar100"], typer.Argument(help="Which one.", show_default=False)],
    url: Annotated[
        str | None, typer.Option(help="A mirror of the official binary archive; its sum must be the same.")
    ] = None,
) -> None:
    """Download CIFAR's official binary archive (170 MB) into the folder for data sets, and check it.

    The folder is $SKIPSCOPE_DATASETS, or data/datasets. Ends with code 1 and the reason where that cannot be done.
    """
    from skipscope.app.cli.fetch import ARCHIVES, FetchError, fetch  # noqa: PLC0415  (HTTP and TLS)

    folder = datasets_folder()
    place = folder / FILES[name][0]
    typer.echo(f"{url or ARCHIVES[name].url} -> {place}", err=True)
    try:
        with typer.progressbar(length=0, label=name, file=sys.stderr, show_pos=True) as bar:

            def show(came: int, total: int | None) -> None:
                bar.length = total
                bar.update(came)

            fresh = fetch(name, folder, url=url, progress=show)
    except FetchError as error:
        raise refused(str(error), FAILED) from error
    except ValueError as error:
        raise refused(str(error)) from error
    write(f"{name}: {place}" if fresh else f"{name} is already there: {place}")
