"""The lists that a page begins with and the API answers: presets and data sets."""

from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from skipscope.app.errors import Problem
from skipscope.model.data.catalogue import DatasetInfo, catalogue, image_sizes
from skipscope.model.describe.presets import PRESETS
from skipscope.model.describe.summary import summarize


@lru_cache(maxsize=1)
def preset_list() -> list[dict[str, Any]]:
    """Return what is known of each preset."""
    found: list[dict[str, Any]] = []
    for known in PRESETS.values():
        totals = summarize(known.architecture).totals
        found.append({
            "name": known.name, "title": known.title, "family": known.family, "summary": known.summary,
            "paper": known.paper, "stem": known.architecture.stem,
            "parameters": totals["parameters"], "macs": totals["macs"],
        })  # fmt: skip
    return found


def dataset_list() -> list[dict[str, Any]]:
    """Return what is known of each data set; `missing` and `remedy` say why it cannot be had yet and what to do."""
    return [_view(info) for info in catalogue().values()]


def unknown_dataset(name: str, known: Iterable[str]) -> Problem:
    """Say that there is no such data set."""
    return Problem(
        404, "No such data set", f"There is no data set {name!r}.", field="name", value=name,
        limit=", ".join(known), remedy="choose one from the list of data sets",
    )  # fmt: skip


def _view(info: DatasetInfo) -> dict[str, Any]:
    return {
        **asdict(info),
        "shape": info.shape,
        "image_sizes": image_sizes(info),
        "num_train": info.num_images - info.num_test,
        "num_test": info.num_test,
        "samples": None if info.missing else f"/api/datasets/{info.name}/samples.png",
    }
