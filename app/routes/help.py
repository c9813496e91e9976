"""The documents as pages, and the glossary that every page can ask for."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from skipscope.app.errors import Problem
from skipscope.app.learn.documents import documents
from skipscope.app.learn.help import Help
from skipscope.app.page.assets import FOREVER, packed_response
from skipscope.app.routes.pages import respond

router = APIRouter(include_in_schema=False)


@router.get("/glossary/{digest}.json")
async def glossary(request: Request, digest: str) -> Response:
    """Serve words and explanations: for ever under their digest, else to be asked for again."""
    found: Help = request.app.state.help
    caching = FOREVER if digest == found.digest else "no-cache"
    return packed_response(request, found.words, "application/json", {"Cache-Control": caching})


@router.get("/docs")
async def docs() -> Response:
    """Lead to the first document."""
    return RedirectResponse("/docs/glossary", 307)


@router.get("/docs/{name}")
async def document(request: Request, name: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")]) -> Response:
    """Serve a document."""
    known = await run_in_threadpool(documents)
    if name not in known:
        raise Problem(
            404, "No such document", f"There is no document {name!r}.", field="name", value=name,
            limit=", ".join(known), remedy="see /docs/glossary",
        )  # fmt: skip
    return respond(request, "/docs", "document.html", {}, document=known[name], documents=list(known.values()))
