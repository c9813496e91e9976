"""Data sets: their list, and pictures of their images."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.page.lists import dataset_list, unknown_dataset
from skipscope.app.page.samples import Samples
from skipscope.app.wire.architectures import DatasetView, problems
from skipscope.model.data.catalogue import DatasetInfo, catalogue
from skipscope.model.describe.request import MAX_NAME
from skipscope.model.describe.words import NAME_PATTERN

router = APIRouter(prefix="/api/datasets", tags=["datasets"])
MOST = 64
"""So many images are in a picture at most, which are those that a step's batch names."""

Numbers = Annotated[
    str,
    Query(
        max_length=512, pattern=r"^[0-9]{1,7}(,[0-9]{1,7})*$", examples=["3,17,1024"],
        description=f"Numbers of images in the data set, counted from 0, by commas; at most {MOST}.",
    ),
]  # fmt: skip
PNG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "It is that of the tag in If-None-Match."},
    **problems(
        s404="No such data set, or its files are missing.", s422="An image cannot be read.", s503="Reading failed."
    ),
}
Name = Annotated[str, Path(max_length=MAX_NAME, pattern=NAME_PATTERN, examples=["digits"])]


@router.get("", response_model=list[DatasetView])
async def datasets() -> list[dict[str, Any]]:
    """List the data sets: size, shape, classes, a picture of samples, and what is missing where one cannot be had."""
    return await run_in_threadpool(dataset_list)


@router.get("/{name}/samples.png", response_class=Response, responses=PNG)
async def samples(request: Request, name: Name) -> Response:
    """Show two images of each of the first ten classes: a column a class, in their order, a pixel apart."""
    made: Samples = request.app.state.samples
    return _png(request, await made.of(await _known(name)))


@router.get("/{name}/images.png", response_class=Response, responses=PNG)
async def images(request: Request, name: Name, numbers: Numbers) -> Response:
    """Show images by their numbers, side by side, each as large as the data set has it."""
    info, wanted = await _known(name), [int(number) for number in numbers.split(",")]
    wrong = [number for number in wanted if number >= info.num_images]
    if wrong or len(wanted) > MOST:
        raise Problem(
            422, "No such image" if wrong else "Too many images",
            f"numbers: {name} has no image {wrong[0]}; it has {info.num_images}, counted from 0." if wrong
            else f"numbers: {len(wanted)} images, and at most {MOST} are shown at once.",
            field="numbers", value=numbers, limit=f"0 to {info.num_images - 1}" if wrong else str(MOST),
            remedy="give numbers from the `batch` of a step or probe",
        )  # fmt: skip
    made: Samples = request.app.state.samples
    return _png(request, await made.strip(name, wanted))


async def _known(name: str) -> DatasetInfo:
    known = await run_in_threadpool(catalogue)
    info = known.get(name)
    if info is None:
        raise unknown_dataset(name, known)
    if info.missing:
        raise Problem(404, "Not there yet", info.missing, field="name", value=name, remedy=info.remedy)
    return info


def _png(request: Request, picture: bytes) -> Response:
    headers = {"Cache-Control": "max-age=300", "ETag": f'"{sha256(picture).hexdigest()[:16]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)
