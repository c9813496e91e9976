"""Data sets: their list, and pictures of their images."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.page.lists import dataset_list, unknown_dataset
from skipscope.app.page.samples import Samples
from skipscope.app.wire.architectures import DatasetView, problems
from skipscope.model.data.catalogue import catalogue
from skipscope.model.describe.request import MAX_NAME
from skipscope.model.describe.words import NAME_PATTERN

router = APIRouter(prefix="/api/datasets", tags=["datasets"])
Name = Annotated[str, Path(max_length=MAX_NAME, pattern=NAME_PATTERN, examples=["digits"])]


@router.get("", response_model=list[DatasetView])
async def datasets() -> list[dict[str, Any]]:
    """List the data sets: size, shape, classes, a picture of samples, and what is missing where one cannot be had."""
    return await run_in_threadpool(dataset_list)


@router.get(
    "/{name}/samples.png",
    response_class=Response,
    responses={
        200: {
            "description": "The picture.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "It is that of the tag in If-None-Match."},
        **problems(
            s404="No such data set, or its files are missing.", s422="An image cannot be read.", s503="Reading failed."
        ),
    },
)
async def samples(request: Request, name: Name) -> Response:
    """Show two images of each of the first ten classes: a column a class, in their order, a pixel apart."""
    known = await run_in_threadpool(catalogue)
    info = known.get(name)
    if info is None:
        raise unknown_dataset(name, known)
    if info.missing:
        raise Problem(404, "Not there yet", info.missing, field="name", value=name, remedy=info.remedy)
    made: Samples = request.app.state.samples
    picture = await made.of(info)
    headers = {"Cache-Control": "max-age=300", "ETag": f'"{sha256(picture).hexdigest()[:16]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)
