"""The instructor's pages hold what the chapters and their measurements say today, and a workshop of them fits."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from scripts.teaching import PAGES, SECTIONS, SHEET, page_of, pages, sheet_of
from skipscope.app.learn.measured import read_measured, write_measured
from skipscope.app.learn.reading import Chapter, read_chapter
from skipscope.app.learn.shelf import OWN, read_folder
from tests.app.learn.test_reading import written

CHAPTERS = read_folder(OWN)
WORKSHOP = PAGES / "workshop.md"
MINUTES = 120


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_page_is_what_its_chapter_says(chapter: Chapter) -> None:
    path = PAGES / f"{chapter.folder.name}.md"
    assert path.is_file(), "run `make teaching`, and write the page"
    assert path.read_text(encoding="utf-8") == page_of(chapter, PAGES), "run `make teaching`"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_page_has_something_to_say(chapter: Chapter) -> None:
    text = (PAGES / f"{chapter.folder.name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {chapter.lesson.title}\n")
    sections = dict(re.findall(r"^## ([^\n]+)\n\n(.+?)(?=\n## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(sections) == list(SECTIONS)
    assert all(len(part.split()) > 20 for part in sections.values())
    assert "https://" in sections["Usual answers"], "where they come from"


def test_the_task_sheet_is_what_the_chapters_ask() -> None:
    text = (PAGES / SHEET).read_text(encoding="utf-8")
    assert text == sheet_of(CHAPTERS), "run `make teaching`"

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.words = ""

        def handle_data(self, data: str) -> None:
            self.words += data

    reader = Reader()
    reader.feed(text)
    for chapter in CHAPTERS:
        for step in chapter.lesson.steps:
            for choice in (step.choose, step.seen, step.transfer):
                for option in choice.options if choice else ():
                    assert option.text in reader.words
                    assert option.says not in reader.words, "a sheet gives no answer away"


def test_a_number_that_changes_changes_the_page(tmp_path: Path) -> None:
    chapter = CHAPTERS[0]
    folder = tmp_path / chapter.folder.name
    folder.mkdir()
    folder.joinpath("lesson.md").write_bytes(chapter.folder.joinpath("lesson.md").read_bytes())
    known = read_measured(chapter.folder)
    first = known.claims[0].model_copy(update={"values": (0.125, *known.claims[0].values[1:])})
    write_measured(folder, known.model_copy(update={"claims": (first, *known.claims[1:])}))
    now, was = page_of(read_chapter(folder / "lesson.md"), PAGES), page_of(chapter, PAGES)
    assert [line for line in now.splitlines() if line not in was.splitlines()] == [
        line for line in now.splitlines() if "| 0.125 |" in line
    ]
    assert now != was


def test_a_new_chapter_gets_a_page_to_be_filled(tmp_path: Path) -> None:
    chapter = read_chapter(written(tmp_path))
    made = pages([chapter], tmp_path)
    text = made[tmp_path / "10-ninth.md"]
    assert "| 1. First | More or less? | More / **Less** |" in text
    assert [f"## {title}" in text for title in SECTIONS] == [True] * len(SECTIONS)
    (tmp_path / "10-ninth.md").write_text(text.replace("<!-- numbers -->", ""), encoding="utf-8")
    with pytest.raises(ValueError, match="<!-- numbers -->"):
        pages([chapter], tmp_path)


def test_the_workshop_takes_two_hours_and_all_chapters() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(WORKSHOP.read_text(encoding="utf-8"))
    cells = [one.content for token, one in pairwise(tokens) if token.type == "td_open"]
    rows = [(found[1], found[2], cells[at + 1]) for at, cell in enumerate(cells)
            if (found := re.fullmatch(r"(\d+):(\d\d)", cell))]  # fmt: skip
    starts = [60 * int(hours) + int(minutes) for hours, minutes, _ in rows]
    lasts = [int(minutes) for _, _, minutes in rows]
    assert starts[0] == 0
    assert starts[1:] == [start + last for start, last in zip(starts, lasts, strict=True)][:-1]
    assert starts[-1] + lasts[-1] == MINUTES
    linked = re.findall(r"\((\d\d-[a-z0-9-]+)\.md\)", WORKSHOP.read_text(encoding="utf-8"))
    assert sorted(set(linked)) == [chapter.folder.name for chapter in CHAPTERS]
