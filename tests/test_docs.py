"""The documents hold: links lead somewhere, files and make targets that they name exist, each document is reachable."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PATH_IN_CODE = re.compile(r"^(?:app|model|static|templates|scripts|tests|benchmarks|docs|deploy)/[\w./-]+$")


def tokens(document: Path) -> list[Token]:
    flat: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(document.read_text(encoding="utf-8")):
        flat += [token, *(token.children or [])]
    return flat


def anchors(document: Path) -> set[str]:
    """Return the names that a heading can be linked by, as GitHub makes them."""
    found = tokens(document)
    titles = [after.content for token, after in pairwise(found) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(document: Path) -> list[str]:
    names = {"link_open": "href", "image": "src"}
    return [str(token.attrs[names[token.type]]) for token in tokens(document) if token.type in names]


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    broken: list[str] = []
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_that_a_document_names_exist(document: Path) -> None:
    codes = [token.content for token in tokens(document) if token.type == "code_inline"]
    paths = [code.rstrip("/") for code in codes if PATH_IN_CODE.match(code) and not code.startswith("static/vendor")]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_tests_that_a_document_names_exist(document: Path) -> None:
    codes = {token.content for token in tokens(document) if token.type == "code_inline"}
    named = {code for code in codes if re.fullmatch(r"test(_\w+){3,}", code)}
    files = (ROOT / "tests").rglob("test_*.py") if named else ()
    written = {found for path in files for found in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))}
    assert named - written == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_make_targets_that_a_document_names_exist(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    codes = [token.content for token in tokens(document) if token.type in {"code_inline", "fence"}]
    named = {target for code in codes for target in re.findall(r"^make ([a-z-]+)", code, re.MULTILINE)}
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_every_document_is_reachable_from_the_readme() -> None:
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        if document in reached or not document.exists():
            continue
        reached.add(document)
        paths = (link.partition("#")[0] for link in links(document) if not re.match(r"[a-z]+:", link))
        ahead += [(document.parent / path).resolve() for path in paths if path.endswith(".md")]
    assert [name(document) for document in DOCUMENTS if document not in reached] == []


def test_every_picture_of_the_docs_is_shown() -> None:
    shown = {(document.parent / link).resolve() for document in DOCUMENTS for link in links(document)}
    pictures = (ROOT / "docs" / "images").glob("*")
    assert [picture.name for picture in pictures if picture.resolve() not in shown] == []


def test_every_room_stands_in_the_description_of_the_house() -> None:
    described = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = [(ROOT / "app", "*.py"), (ROOT / "model", "*.py"), (ROOT / "static" / "js", "*.js")]
    files = [path for folder, pattern in parts for path in folder.rglob(pattern) if path.parent != folder]
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in files}
    # folders within a room that hold no subject of their own
    rooms = {room for room in rooms if "/migrations" not in room and room != "static/js/pages/runs"}
    experiments = {room for room in rooms if room.startswith("model/experiments/")}
    assert {room for room in rooms - experiments if f"`{room}/`" not in described} == set()
    sections = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert {room for room in experiments if f"\n## {Path(room).name}: " not in sections} == set()
