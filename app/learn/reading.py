"""Read a chapter: front matter in YAML, then Markdown, a section a step. An error names file, line and field."""

import re
from dataclasses import dataclass
from pathlib import Path

from skipscope.app.learn.glossary import known_terms
from skipscope.app.learn.lesson import Lesson, Slug
from skipscope.app.learn.markdown import TERM, render
from skipscope.app.learn.settings import wrong_setting
from skipscope.app.learn.yaml_file import line_in, read_yaml

FOLDER = re.compile(rf"(\d{{2}})-({Slug})")
RESERVED = ("notebook",)
"""Names of pages of Learn that are no chapters."""
MOST_WORDS = 250
LARGEST = 262_144
LINKED = re.compile(rf"\]\({TERM}([^)]*)\)")


class LessonError(ValueError):
    """A chapter cannot be read; the message begins with file and line."""

    def __init__(self, path: Path, line: int, said: str) -> None:
        super().__init__(f"{path}:{line}: {said}")


@dataclass(frozen=True)
class Words:
    """The text of a step, as HTML: before the figure is uncovered, and after."""

    before: str
    after: str


@dataclass(frozen=True)
class Chapter:
    """A chapter that was read: its folder's number and name, its data, and the texts of its steps."""

    number: int
    name: str
    folder: Path
    lesson: Lesson
    words: tuple[Words, ...]


def read_chapter(path: Path) -> Chapter:
    """Read `NN-name/lesson.md`; raise LessonError for what is no chapter."""
    named = FOLDER.fullmatch(path.parent.name)
    if not named:
        raise LessonError(path, 1, f"the folder {path.parent.name!r} is not called as 03-name, in small letters")
    if named[2] in RESERVED:
        raise LessonError(path, 1, f"/learn/{named[2]} is a page of its own; give the chapter's folder another name")
    text = _text(path)
    lines = text.split("\n")
    if lines[0].rstrip() != "---" or "---" not in [line.rstrip() for line in lines[1:]]:
        raise LessonError(path, 1, "it does not begin with front matter: a line ---, YAML, and a line ---")
    end = [line.rstrip() for line in lines].index("---", 1)
    lesson = _lesson(path, "\n".join(lines[1:end]))
    words = _sections(path, lines, end + 1, lesson)
    return Chapter(int(named[1]), named[2], path.parent, lesson, words)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise LessonError(path, 1, f"it has more than {LARGEST} bytes")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LessonError(path, 1, f"it is no UTF-8: {error}") from error
    except OSError as error:
        raise LessonError(path, 1, f"it cannot be read: {error.strerror}") from error


def _lesson(path: Path, front: str) -> Lesson:
    # the front matter begins behind the line ---
    lesson = read_yaml(Lesson, front, lambda line, said: LessonError(path, line + 1, said))
    wrong = wrong_setting(lesson)
    if wrong:
        place, said = wrong
        raise LessonError(path, line_in(front, place) + 1, f"{'.'.join(str(part) for part in place)}: {said}")
    return lesson


def _sections(path: Path, lines: list[str], start: int, lesson: Lesson) -> tuple[Words, ...]:
    heads = [number for number in range(start, len(lines)) if lines[number].startswith("## ")]
    stray = next((number for number in range(start, heads[0] if heads else len(lines)) if lines[number].strip()), None)
    if stray is not None:
        raise LessonError(path, stray + 1, "text before the first step; each step's text stands below `## its title`")
    titles = [lines[number][3:].strip() for number in heads]
    wanted = [step.title for step in lesson.steps]
    for index, title in enumerate(wanted):
        if index >= len(titles) or titles[index] != title:
            line = heads[index] + 1 if index < len(titles) else len(lines)
            raise LessonError(path, line, f"step {index + 1} is called {title!r}; its text needs a line `## {title}`")
    if len(titles) > len(wanted):
        raise LessonError(path, heads[len(wanted)] + 1, f"{titles[len(wanted)]!r} is none of the steps")
    ends = [*heads[1:], len(lines)]
    texts = ["\n".join(lines[head + 1 : end]) for head, end in zip(heads, ends, strict=True)]
    # the address of a link is not read
    num_words = sum(len(re.findall(r"\w[\w'’.-]*", re.sub(r"\]\([^)]*\)", "]", text))) for text in texts)
    if num_words > MOST_WORDS:
        raise LessonError(path, heads[0] + 1, f"the texts have {num_words} words; at most {MOST_WORDS}")
    for number in range(start, len(lines)):
        for name in LINKED.findall(lines[number]):
            if name not in known_terms():
                known = ", ".join(sorted(known_terms()))
                raise LessonError(path, number + 1, f"{TERM}{name}: the glossary has {known}")
    return tuple(_words(text) for text in texts)


def _words(text: str) -> Words:
    before, _, after = re.sub(r"^---\s*$", "\0", text, count=1, flags=re.MULTILINE).partition("\0")
    return Words(render(before), render(after))
