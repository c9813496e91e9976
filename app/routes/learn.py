"""Learn: the list of chapters, a page a chapter, and both as JSON; the page of the reader's notebook."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.learn.address import request_of
from skipscope.app.learn.mathml import fill
from skipscope.app.learn.notes import notes
from skipscope.app.learn.numbers import COUNTED
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.recorded import RecordedStep
from skipscope.app.learn.shelf import Shelf
from skipscope.app.page.lists import dataset_list
from skipscope.app.routes.pages import respond, same_for_all
from skipscope.app.wire.architectures import problems
from skipscope.app.wire.lessons import LessonRow, LessonView

pages = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/api/lessons", tags=["lessons"])
Name = Annotated[
    str,
    Path(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="A chapter's name, as in its address.",
        openapi_examples={"one": {"value": "problem"}},
    ),
]
NAMES = {
    "ratio": "gradient, block 1 over last", "macs": "MACs", "block_parameters": "parameters of the block",
    "block_macs": "MACs of the block", "likeness": "cosine of x and x + F(x)",
    "identity_share": "share by the identity", "projections": "skips with layers", "accuracy": "right answers",
}  # fmt: skip
"""Of the numbers that are listed of settings that were tried, where their own names say too little."""
DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@pages.get("/learn")
async def learn(request: Request) -> Response:
    """Serve the list of chapters."""
    chapters = list(_shelf(request).chapters.values())
    first = {"chapters": [{"name": one.name, "steps": len(one.lesson.steps)} for one in chapters]}
    return respond(request, "/learn", "learn.html", first, chapters=chapters)


@pages.get("/learn/notebook")
async def notebook(request: Request) -> Response:
    """Serve the notebook: the chapters' questions and recordings; a reader's answers are in the browser alone."""
    return respond(request, "/learn", "notebook.html", {"notes": notes(_shelf(request))})


@pages.get("/learn/{name}")
async def lesson(request: Request, name: Name, step: Annotated[int, Query(ge=1, le=99)] = 1) -> Response:
    """Serve a chapter; all its steps are in the page."""
    shelf = _shelf(request)
    chapter = _find(shelf, name)
    steps, names = chapter.lesson.steps, list(shelf.chapters)
    place = names.index(name)
    recordings = [shelf.recorded(name).step(index) for index in range(len(steps))]
    first = {
        "name": name, "steps": [one.model_dump(mode="json") for one in steps],
        "claims": [one.model_dump(mode="json") for one in chapter.lesson.claims],
        "recorded": [None if one is None else one.readings for one in recordings],
        "settings": same_for_all()["settings"], "presets": same_for_all()["presets"],
        "datasets": await run_in_threadpool(dataset_list),
    }  # fmt: skip
    return respond(
        request, "/learn", "lesson.html", first, lesson=chapter.lesson, number=chapter.number,
        current=min(step, len(steps)), words=chapter.words, recordings=recordings, number_text=number_text,
        number_name=number_name, measured=shelf.measured(name),
        batches=[request_of(one.figure.address).batch_size for one in steps],
        equations=[_equation(chapter, index, one) for index, one in enumerate(recordings)],
        following=shelf.chapters[names[place + 1]] if place + 1 < len(names) else None,
        parts=any(one.figure.parts for one in steps),
    )  # fmt: skip


@router.get("", response_model=list[LessonRow])
async def lessons(request: Request) -> Response:
    """List the chapters of Learn."""
    rows = [
        {
            "slug": one.name,
            "title": one.lesson.title,
            "minutes": one.lesson.minutes,
            "hook": one.lesson.hook,
            "steps": len(one.lesson.steps),
        }
        for one in _shelf(request).chapters.values()
    ]
    return Response(orjson.dumps(rows), 200, media_type="application/json")


@router.get(
    "/{name}", response_model=LessonView, responses=problems(s404="There is no such chapter.", s422="Not a name.")
)
async def one_lesson(request: Request, name: Name) -> Response:
    """Return a chapter: its steps with texts, figures, predictions and actions, and its claims."""
    chapter = _find(_shelf(request), name)
    data = chapter.lesson.model_dump(mode="json")
    for step, words in zip(data["steps"], chapter.words, strict=True):
        step["text"] = {"before": words.before, "after": words.after}
    return Response(orjson.dumps({"slug": name, **data}), 200, media_type="application/json")


def number_text(value: float, name: str = "") -> str:
    """Write a number as the page's figures write it: 0.16, or 3×10⁻⁶, or 21 115 978 where it is counted."""
    if name in COUNTED:
        return f"{value:,.0f}".replace(",", "\u2009")
    if value == 0 or 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    if 1e3 <= abs(value) < 1e4:
        return f"{float(f'{value:.3g}'):.0f}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits.removesuffix('.0')}×10{str(int(power)).translate(DIGITS)}"


def number_name(name: str) -> str:
    """Write a number's name as a heading."""
    return NAMES.get(name, name.replace("_", " "))


def _shelf(request: Request) -> Shelf:
    return request.app.state.shelf


def _find(shelf: Shelf, name: str) -> Chapter:
    chapter = shelf.chapters.get(name)
    if chapter is None:
        raise Problem(
            404, "No such chapter", f"There is no chapter {name!r}.", field="name", value=name,
            limit=", ".join(shelf.chapters), remedy="see /learn",
        )  # fmt: skip
    return chapter


def _equation(chapter: Chapter, index: int, recorded: RecordedStep | None) -> str:
    equation = chapter.lesson.steps[index].equation
    numbers: dict[str, Any] = {} if recorded is None else recorded.numbers
    return "" if equation is None else fill(equation.mathml, lambda name: str(numbers.get(name, "…")))
