"""Sentences begin with the thing that they are about, in documents, help texts, messages and comments."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("app", "benchmarks", "model", "package", "scripts")
LESSONS = (ROOT / "templates" / "lessons").glob("*/lesson.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *LESSONS])
PYTHON = sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*.py"))
PAGE = sorted([*(ROOT / "static" / "js").rglob("*.js"), *(ROOT / "templates").glob("*.html")])
WORDS = "What|Whatever|Who|Whoever|Whose|Where|Wherever|Once"
INSIDE_OUT = re.compile(
    rf"(?:^|[.;:!?…] |\n\n)((?:{WORDS}) [^.;:!?]*[.;:!?]?)|[;:] ((?:{WORDS.lower()}) [^.;:!?]*[.;:!?]?)"
)
"""A beginning of a sentence, or of a part of one after a colon or a semicolon. A question may begin so."""
ALLOWED = {"what skip connections do to the gradient": "a title", "What normalisation changes": "a chapter's title"}
"""Beginnings that stay, each with its reason."""


def beginnings(text: str) -> list[str]:
    """Return the sentences of a text that begin inside out."""
    flat = re.sub(r"\n\n\s+", "\n\n", re.sub(r"(?<!\n)\n(?!\n)\s*", " ", text.strip()))
    found = (first or second for first, second in INSIDE_OUT.findall(flat))
    return [one for one in found if not one.endswith("?") and not any(one.startswith(start) for start in ALLOWED)]


def prose_of(document: Path) -> Iterator[str]:
    """Give the paragraphs, points and cells of a document; headings are titles, and code is code."""
    heading = False
    text = re.sub(r"\A---\n.*?\n---\n", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline" and not heading:
            parts = token.children or []
            yield "".join(" " if part.type == "softbreak" else part.content for part in parts)


def strings_of(module: Path) -> Iterator[str]:
    """Give the strings of a module: docstrings, descriptions, help and messages."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def comments_of(file: Path) -> Iterator[str]:
    """Give the comments and the strings of a file of the page."""
    text = file.read_text(encoding="utf-8")
    for comment in re.findall(r"/\*\*?(.*?)\*/|// ?(.*)|'([^'\n]*)'|>([^<>{}]+)<", text, re.DOTALL):
        lines = (re.sub(r"^\s*\*? ?", "", line) for line in "".join(comment).split("\n"))
        yield re.sub(r"@\w+( \{[^}]*\})? ?", "\n\n", "\n".join(lines))


def test_a_sentence_inside_out_is_found() -> None:
    assert beginnings("Read it. What costs is\ntime.") == ["What costs is time."]
    assert beginnings("It waits; where memory is short, it ends.") == ["where memory is short, it ends."]
    assert beginnings("It waits.\n\n    What it holds stays.") == ["What it holds stays."]
    assert beginnings("The recorder says what it saw. What is a tap?") == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_document_has_a_sentence_inside_out(document: Path) -> None:
    assert [found for text in prose_of(document) for found in beginnings(text)] == []


@pytest.mark.parametrize("folder", SOURCES)
def test_no_text_of_a_program_has_one(folder: str) -> None:
    modules = [module for module in PYTHON if module.is_relative_to(ROOT / folder)]
    found = {name(module): [one for text in strings_of(module) for one in beginnings(text)] for module in modules}
    assert {module: sentences for module, sentences in found.items() if sentences} == {}


def test_no_text_of_the_page_has_one() -> None:
    found = {name(file): [one for text in comments_of(file) for one in beginnings(text)] for file in PAGE}
    assert {file: sentences for file, sentences in found.items() if sentences} == {}


REFUSALS = ("Problem", "FieldError", "DatasetError", "UnknownPreset")
OF_A_SERVER = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) /|/api/|\bclip_norm=")


def test_no_refusal_speaks_of_the_servers_paths() -> None:
    """A student reads the same refusal as a program."""
    found: dict[str, list[str]] = {}
    for module in (path for path in PYTHON if path.is_relative_to(ROOT / "app")):
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in REFUSALS:
                texts = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
                said = [text for text in texts if isinstance(text, str) and OF_A_SERVER.search(text)]
                found.setdefault(name(module), []).extend(said)
    assert len(found) > 10, "refusals are read"
    assert {module: texts for module, texts in found.items() if texts} == {}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
