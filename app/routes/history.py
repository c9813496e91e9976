"""A run's records, as data, as a table or drawn."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from skipscope.app.guard.clients import seat_of
from skipscope.app.guard.heads import asks_head, headers_alone
from skipscope.app.jobs import refusals
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.exporting import Wish
from skipscope.app.jobs.exports import ExportResponse, Exports
from skipscope.app.jobs.figures import SCHEMA, Kind, Measure, figure_in
from skipscope.app.jobs.history import MAX_PATTERNS, MEDIA_TYPES, Span
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.views import about
from skipscope.app.wire.problems import problems
from skipscope.app.wire.runs import RunId
from skipscope.app.wire.sse import NUMBER

router = APIRouter(prefix="/api/runs", tags=["runs"])


@router.get(
    "/{run_id}/history", response_class=StreamingResponse,
    responses={
        200: {"description": "The recorded steps.", "content": {
            "application/json": {"schema": {"anyOf": [
                {"$ref": "#/components/schemas/HistoryView"}, {"$ref": "#/components/schemas/TableView"},
            ]}}, "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            MEDIA_TYPES["plotly"]: {"schema": SCHEMA},
        }},
        **problems(404, 409, 422, 501, 503),
    },
)  # fmt: skip
async def history(  # noqa: PLR0917  (named by the query, never by place)
    request: Request, run_id: RunId,
    first: Annotated[int, Query(alias="from", ge=0, le=NUMBER, description="First step.")] = 0,
    to: Annotated[int | None, Query(ge=0, le=NUMBER, description="Last step, included.")] = None,
    every: Annotated[int, Query(ge=1, le=NUMBER, description="Steps divisible by this.")] = 1,
    format: Annotated[
        Literal["json", "csv", "parquet", "plotly"], Query(description="Data, a table, or a Plotly figure.")
    ] = "json",
    columns: Annotated[
        list[str], Query(max_length=MAX_PATTERNS, description="Names, with * and ?, as `*/gradient_rms/layer1.0`.")
    ] = [],  # noqa: B006
    figure: Annotated[
        Kind | None,
        Query(description="With format=plotly: all steps of each layer, or the last step by depth."),
    ] = None,
    measure: Annotated[
        Measure | None, Query(description="With format=plotly: the measure to draw; gradient_rms by default.")
    ] = None,
) -> Response:  # fmt: skip
    """Return what was recorded: as it was said on the stream, as a table, or drawn."""
    refusals.check_drawn(format, figure, measure, columns)
    jobs = jobs_of(request)
    run = (await jobs.runs.find(run_id)).saved
    headers = (
        {} if format in {"json", "plotly"} else {"Content-Disposition": f'attachment; filename="{run.id}.{format}"'}
    )
    if asks_head(request):
        return headers_alone(MEDIA_TYPES[format], headers)

    span = Span(first, to, every)

    if format == "plotly":
        drawing: Desk = request.app.state.drawing
        drawn = await drawing.compute(
            seat_of(request), figure_in, jobs.store.file, run.key, span, figure or "heatmap", measure or "gradient_rms"
        )
        return Response(drawn, media_type=MEDIA_TYPES[format])
    exports: Exports = request.app.state.exports
    wish = Wish(str(jobs.store.file), run.key, format, span, columns, about(run))
    export = await exports.begin(wish, seat_of(request))
    return ExportResponse(export, MEDIA_TYPES[format], headers)
