"""Architectures: the presets, and summaries of named and of described ones, in several formats."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import seat_of
from skipscope.app.jobs.admission import check_layers
from skipscope.app.jobs.desk import Desk
from skipscope.app.page.lists import preset_list
from skipscope.app.page.packing import ASIDE, best_encoding
from skipscope.app.page.summaries import Document, Summaries, write
from skipscope.app.wire.architectures import DESCRIPTIONS, DrawnView, PresetView, SummaryView, problems, summaries
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import preset, resolve
from skipscope.model.describe.request import Description

router = APIRouter(prefix="/api/architectures", tags=["architectures"], route_class=StrictRoute)

Format = Annotated[
    Literal["json", "text", "csv", "mermaid", "dot", "python", "html"],
    Query(
        alias="format",
        description="JSON, a table to read, a spreadsheet, a diagram, a PyTorch file, or a page as one file.",
    ),
]
Name = Annotated[
    str, Path(max_length=100, description="A preset's name.", openapi_examples={"one": {"value": "resnet50"}})
]
IfNoneMatch = Annotated[
    str | None,
    Header(max_length=4096, description="Tags that the client has; a summary with one of them is not sent again."),
]
Graph = Annotated[
    Literal["whole", "places"],
    Query(
        alias="graph",
        description="Of JSON: `places` leaves out nodes, which are the layers, and edges, which follow from `inputs`.",
    ),
]
AcceptEncoding = Annotated[str, Header(include_in_schema=False)]
CACHING = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
NOT_VALID = "Not a valid architecture or format; `field`, `limit` and `remedy` give the reason."
LARGE = {"html"}
"""Formats that are written anew each time: a page is 1.8 MB."""
SAVED = {"html": {"Content-Disposition": 'attachment; filename="skipscope.html"'}}
"""A page that has its scripts in it is no page of this server."""

_written = Summaries()


async def _answer(  # noqa: PLR0917
    request: Request, architecture: Architecture, form: str, accepted: str, known: str | None, limit: int | None = None
) -> Response:
    desk: Desk = request.app.state.desk
    document = _written.find(architecture, form)
    if document is None:
        if limit is not None:
            check_layers("depths", architecture, limit)

        def keep(found: Document) -> None:
            if form not in LARGE:
                _written.keep(architecture, form, found)

        document = await desk.find(
            seat_of(request), lambda: _written.find(architecture, form), keep, write, architecture, form
        )
    encoding = best_encoding(accepted)
    if len(document.body) >= ASIDE and not document.is_packed(encoding):
        sent = await run_in_threadpool(document.sent, encoding)
    else:
        sent = document.sent(encoding)
    headers = {"ETag": sent.tag, **CACHING, **SAVED.get(form, {})}
    if known is not None and _matches(sent.tag, known):
        return Response(status_code=304, headers=headers)
    if sent.encoding is not None:
        headers["Content-Encoding"] = sent.encoding
    return Response(sent.body, media_type=document.media_type, headers=headers)


def _form(form: str, graph: str) -> str:
    return "drawn" if (form, graph) == ("json", "places") else form


def _matches(tag: str, known: str) -> bool:
    """Compare as RFC 9110 says for If-None-Match: weakly, and a star is anything."""
    return known.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in known.split(","))


@router.get("", response_model=list[PresetView])
async def presets(response: Response) -> list[dict[str, Any]]:
    """List the presets."""
    response.headers["Cache-Control"] = CACHING["Cache-Control"]
    return preset_list()


@router.get(
    "/{name}",
    response_model=SummaryView | DrawnView,
    responses={**summaries(), **problems(s404="No such preset; `suggestions` has the nearest names.", s422=NOT_VALID)},
)
async def named(
    request: Request,
    name: Name,
    *,
    form: Format = "json",
    graph: Graph = "whole",
    accept_encoding: AcceptEncoding = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Summarise a preset: exact shapes, parameters and multiply-accumulates, computed without building it."""
    return await _answer(request, preset(name), _form(form, graph), accept_encoding, if_none_match)


@router.post(
    "/summary",
    response_model=SummaryView | DrawnView,
    responses={**summaries(), **problems(s404="No such preset; `suggestions` has the nearest names.", s422=NOT_VALID)},
)
async def custom(
    request: Request,
    description: Annotated[Description, Body(openapi_examples=DESCRIPTIONS)],  # pyright: ignore[reportArgumentType]
    *,
    form: Format = "json",
    graph: Graph = "whole",
    accept_encoding: AcceptEncoding = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Summarise an architecture, given whole or as differences from a preset."""
    limit: int = request.app.state.settings.max_layers
    return await _answer(request, resolve(description), _form(form, graph), accept_encoding, if_none_match, limit)
