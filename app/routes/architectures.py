"""Architectures: the presets, and summaries of named and of described ones, in several formats."""

import hashlib
from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Body, Header, Query
from starlette.responses import Response

from app.formats import FORMATS
from model.architecture import Architecture
from model.presets import PRESETS, preset, resolve
from model.summary import summarize

router = APIRouter(prefix="/api/architectures", tags=["architectures"])

Format = Annotated[Literal["json", "text", "csv", "mermaid", "dot"], Query(alias="format")]
IfNoneMatch = Annotated[str | None, Header()]
EXAMPLE = {"preset": "resnet56", "norm": "none", "init": "xavier_normal"}


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
def _encoded(description: str, form: str) -> tuple[bytes, str, str]:
    """Return the bytes, their media type and their tag; what was asked for once is not written again."""
    summary = summarize(Architecture.model_validate_json(description))
    if form == "json":
        media_type, body = "application/json", orjson.dumps(summary.to_dict())
    else:
        media_type, write = FORMATS[form]
        body = write(summary).encode()
    return body, media_type, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def _answer(architecture: Architecture, form: str, known: str | None) -> Response:
    body, media_type, tag = _encoded(architecture.model_dump_json(), form)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
    if known is not None and tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


@router.get("")
async def presets() -> list[dict[str, Any]]:
    """List the presets."""
    return preset_list()


@router.get("/{name}")
async def named(name: str, form: Format = "json", if_none_match: IfNoneMatch = None) -> Response:
    """Summarise a preset."""
    return _answer(preset(name), form, if_none_match)


@router.post("/summary")
async def custom(
    description: Annotated[dict[str, Any], Body(examples=[EXAMPLE])],
    form: Format = "json",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Summarise an architecture, given whole or as differences from a preset."""
    return _answer(resolve(description), form, if_none_match)
