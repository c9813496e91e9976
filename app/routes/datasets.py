"""Data sets: what there is to train on."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from model.datasets import DATASETS

router = APIRouter(prefix="/api/datasets", tags=["datasets"])


def dataset_list() -> list[dict[str, Any]]:
    """Return what is known of each data set."""
    return [asdict(info) for info in DATASETS.values()]


@router.get("")
async def datasets() -> list[dict[str, Any]]:
    """List the data sets."""
    return dataset_list()
