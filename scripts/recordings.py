"""Measure the figures of all chapters and write each chapter's recorded.json: readings, numbers, pictures as SVG."""

import sys
from pathlib import Path
from typing import Any

import torch

from skipscope.app.learn.address import request_of, request_of_maps, training_of
from skipscope.app.learn.lesson import Figure, Step
from skipscope.app.learn.numbers import LAYERED, MAPPED
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.recorded import NAME, Recorded, RecordedStep, figures_digest
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.summary import summarize
from skipscope.model.show.node import draw
from skipscope.model.train.maps import maps
from skipscope.model.train.probe import probe
from skipscope.model.train.training import Training

MODULE = Path(__file__).resolve().parent.parent / "static" / "js" / "figure" / "lesson" / "asked.js"
TRAININGS = ("training", "learning")
"""Figures of a training, which is made for them."""


def record(chapter: Chapter) -> Recorded:
    """Measure each figure of a chapter."""
    return Recorded(of=figures_digest(chapter), steps=[_record(step) for step in chapter.lesson.steps])


def measure(
    address: str, seed: int | None = None, block: int | None = None, image: int | None = None
) -> list[dict[str, Any]]:
    """Return what an address measures: its networks, as a probe on the wire has them, with the maps of a block."""
    networks = probe(request_of(address, seed))["variants"]
    if block is None:
        return networks
    mapped = maps(request_of_maps(address, block, image or 0, seed))["variants"]
    return [{**network, "maps": one} for network, one in zip(networks, mapped, strict=True)]


def measure_figure(figure: Figure, seed: int | None = None) -> list[dict[str, Any]]:
    """Return what a figure shows of networks before training."""
    return measure(figure.address, seed, figure.block if figure.show in MAPPED else None, figure.image)


def trained(address: str, seed: int | None = None) -> list[dict[str, list[float | None]]]:
    """Return for each network of an address what its training was like: steps, accuracy on the batch, and on the
    images held out where that was due."""
    steps = list(Training(training_of(address, seed)))
    return [
        {
            "steps": [step.step for step in steps],
            "accuracy": [step.variants[v].accuracy for step in steps],
            "test": [step.variants[v].test_accuracy for step in steps],
        }
        for v in range(len(steps[0].variants))
    ]


def with_layers(networks: list[dict[str, Any]], address: str) -> list[dict[str, Any]]:
    """Return networks with what is known of their layers: shapes, parameters, MACs."""
    return [
        {
            **network,
            "summary": summarize(Architecture.model_validate(network["architecture"])).to_dict(),
            "batch": request_of(address).batch_size,
        }
        for network in networks
    ]


def read_numbers(number: str, network: int, blocks: tuple[int, int] | None, measured: list[Any]) -> list[float]:
    """Read a number off what several seeds measured, as the page does."""
    asked = {"asked": "numbers", "number": number, "network": network, "blocks": blocks, "measured": measured}
    return draw(asked, MODULE)


def figure_of(step: Step) -> dict[str, Any]:
    """Return what a step's picture is drawn from, beside the measurement."""
    figure = step.figure.model_dump(mode="json", include={"show", "low", "high", "block", "names"})
    return {**figure, "goal": step.puzzle.accuracy if step.puzzle else None}


def _record(step: Step) -> RecordedStep:
    figure = figure_of(step)
    networks = measure_figure(step.figure)
    if step.figure.show in TRAININGS:
        runs = trained(step.figure.address)
        networks = [{**network, "run": run} for network, run in zip(networks, runs, strict=True)]
    if step.figure.show in LAYERED:
        networks = with_layers(networks, step.figure.address)
    asked = {"asked": "recording", "figure": figure, "networks": networks, "low": bool(step.figure.parts)}
    return RecordedStep(address=step.figure.address, **draw(asked, MODULE))


if __name__ == "__main__":
    torch.set_num_threads(1)  # figures of trainings depend on the number of threads
    for folder in [Path(given) for given in sys.argv[1:]] or [OWN]:
        for chapter in read_folder(folder):
            text = record(chapter).model_dump_json()
            (chapter.folder / NAME).write_text(text + "\n", encoding="utf-8")
