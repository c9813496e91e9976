"""Data sets: what there is to train on."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from model.datasets import catalogue

router = APIRouter(prefix="/api/datasets", tags=["datasets"])


def dataset_list() -> list[dict[str, Any]]:
    """Return what is known of each data set; `missing` says what to do where it cannot be had yet."""
    return [asdict(info) for info in catalogue().values()]


@router.get("")
async def datasets() -> list[dict[str, Any]]:
    """List the data sets."""
    return dataset_list()
