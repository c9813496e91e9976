"""Server-sent events as an answer: media type, headers that keep proxies from holding them back, where to resume."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Header, Query, Request
from starlette.responses import Response, StreamingResponse

from skipscope.app.guard.heads import asks_head, headers_alone

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
NUMBER = 2**53
LastEventId = Annotated[int | None, Header(ge=0, le=NUMBER, description="Resume after this event.")]
After = Annotated[int, Query(ge=0, le=NUMBER, description="The same, for a first connection.")]


def answer(request: Request, frames: AsyncIterator[bytes] | None) -> Response:
    """Answer with frames; None says that nothing will come."""
    if frames is None:
        return Response(status_code=204)
    if asks_head(request):
        return headers_alone(MEDIA_TYPE, HEADERS)
    return StreamingResponse(frames, media_type=MEDIA_TYPE, headers=HEADERS)
