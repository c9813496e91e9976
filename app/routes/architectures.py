"""Architectures: the presets, and summaries of named and of described ones."""

from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body
from starlette.responses import Response

from model.architecture import Architecture
from model.presets import PRESETS, preset, resolve
from model.summary import summarize

router = APIRouter(prefix="/api/architectures", tags=["architectures"])


@lru_cache(maxsize=1)
def preset_list() -> list[dict[str, Any]]:
    """Return what is known of each preset."""
    found: list[dict[str, Any]] = []
    for known in PRESETS.values():
        totals = summarize(known.architecture).totals
        found.append({
            "name": known.name, "family": known.family, "summary": known.summary, "paper": known.paper,
            "parameters": totals["parameters"], "macs": totals["macs"],
        })  # fmt: skip
    return found


@lru_cache(maxsize=256)
def _encoded(description: str) -> bytes:
    return orjson.dumps(summarize(Architecture.model_validate_json(description)).to_dict())


def _summary(architecture: Architecture) -> bytes:
    return _encoded(architecture.model_dump_json())


@router.get("")
async def presets() -> list[dict[str, Any]]:
    """List the presets."""
    return preset_list()


@router.get("/{name}")
async def named(name: str) -> Response:
    """Summarise a preset."""
    return Response(_summary(preset(name)), media_type="application/json")


@router.post("/summary")
async def custom(description: Annotated[dict[str, Any], Body()]) -> Response:
    """Summarise an architecture, given whole or as differences from a preset."""
    return Response(_summary(resolve(description)), media_type="application/json")
