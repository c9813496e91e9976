"""All chapters of a server: those of the package, then those of the folder that SKIPSCOPE_LESSONS names."""

from pathlib import Path

from skipscope.app.learn.measured import Measured, read_measured
from skipscope.app.learn.reading import Chapter, LessonError, read_chapter
from skipscope.app.learn.recorded import Recorded, read_recorded
from skipscope.app.page.paths import TEMPLATES

OWN = TEMPLATES / "lessons"


class Shelf:
    """Chapters in the order of their folders' numbers; one of the same name takes the place of the package's."""

    def __init__(self, chapters: list[Chapter]) -> None:
        self.chapters = {chapter.name: chapter for chapter in chapters}
        self._recorded: dict[str, Recorded] = {name: read_recorded(one) for name, one in self.chapters.items()}
        self._measured = {name: read_measured(one.folder) for name, one in self.chapters.items()}

    def recorded(self, name: str) -> Recorded:
        """Return what was recorded for a chapter's figures."""
        return self._recorded[name]

    def measured(self, name: str) -> Measured:
        """Return the numbers of a chapter's claims, as they were measured last."""
        return self._measured[name]


def read_shelf(folder: Path | None = None) -> Shelf:
    """Read all chapters; raise LessonError where one is none."""
    found = {chapter.name: chapter for chapter in read_folder(OWN)}
    if folder is not None:
        if not folder.is_dir():
            raise LessonError(folder, 0, "SKIPSCOPE_LESSONS names no folder; make it, or unset the variable")
        found |= {chapter.name: chapter for chapter in read_folder(folder)}
    return Shelf(sorted(found.values(), key=lambda chapter: chapter.folder.name))


def read_folder(folder: Path) -> list[Chapter]:
    """Read the chapters of a folder, in order."""
    return [read_chapter(path) for path in sorted(folder.glob("*/lesson.md"))]
