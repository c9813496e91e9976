"""Write docs/glossary.md from templates/glossary.yaml, which the page reads too."""

from pathlib import Path

from skipscope.app.learn.glossary import Entry, Glossary, Term, read_glossary
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.app.page.fields import GROUPS
from skipscope.app.page.paths import ROOT

TARGET = ROOT / "docs" / "glossary.md"
HEAD = """# The glossary

The words of the page, the explanations of its parts and settings, and its keys. All of it is data
(`templates/glossary.yaml`): the page shows it at the small i signs and dotted names and in **Help**, chapters of Learn
[link to its terms](lessons.md#terms), and `make glossary` writes this document.
"""


def written() -> str:
    """Return the document."""
    glossary = read_glossary()
    chapters = {one.name: (one.lesson.title, one.folder.relative_to(OWN)) for one in read_folder(OWN)}

    def chapter(one: Entry) -> str | None:
        title, folder = chapters[one.chapter] if one.chapter else ("", Path())
        return (
            f"chapter [{title}](../templates/lessons/{folder.as_posix()}/lesson.md) of Learn" if one.chapter else None
        )

    def term(one: Term) -> str:
        also = f"Also: {', '.join(one.also)}." if one.also else None
        places = [one.more and f"[{_title(one.more)}]({one.more})", chapter(one)]
        more = f"More: {', '.join(place for place in places if place)}."
        return f"## {one.term}\n\n{one.says}\n\n{' '.join(part for part in (also, more) if part)}\n"

    return "\n".join([HEAD, *map(term, sorted(glossary.terms, key=lambda one: one.term.lower())), *_tables(glossary)])


def _tables(glossary: Glossary) -> list[str]:
    parts = "".join(f"| {one.title} | {_cell(one.says)} |\n" for one in glossary.parts)
    said = {one.setting: _cell(one.says) for one in glossary.settings}
    settings = "".join(f"| `{name}` | {said[name]} |\n" for names in GROUPS.values() for name in names)
    keys = "".join(f"| {one.keys} | {one.does} |\n" for one in glossary.keys)
    return [
        f"## Parts of the page\n\n| part | explanation |\n|---|---|\n{parts}",
        f"## Settings of the page\n\n| setting | explanation |\n|---|---|\n{settings}",
        f"## Keys\n\n| keys | effect |\n|---|---|\n{keys}",
    ]


def _title(more: str) -> str:
    """Return the title of the document that a place names."""
    text = (ROOT / "docs" / more.partition("#")[0]).read_text(encoding="utf-8")
    return text.partition("\n")[0].removeprefix("# ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
