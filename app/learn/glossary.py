"""The glossary as data: terms, explanations of Explore's parts and settings, keys, and the tour, in one YAML file."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from skipscope.app.learn.yaml_file import Place, line_of, read_yaml
from skipscope.app.page.paths import TEMPLATES

GLOSSARY = TEMPLATES / "glossary.yaml"
Short = Annotated[str, Field(min_length=1, max_length=60)]
Says = Annotated[str, Field(min_length=1, max_length=320)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class GlossaryError(ValueError):
    """The glossary cannot be read; the message begins with file and line."""

    def __init__(self, path: Path, line: int, said: str) -> None:
        super().__init__(f"{path}:{line}: {said}")


class Entry(BaseModel):
    """An entry of any kind: it is frozen, and a field that nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Says
    chapter: Slug | None = None


class Term(Entry):
    """A word, and the place that says more: a section of docs/, a chapter of Learn, or both."""

    term: Short
    also: Annotated[tuple[Short, ...], Field(max_length=8)] = ()
    more: Annotated[str | None, Field(pattern=r"^[a-z]+\.md#[a-z0-9-]+$")] = None

    @property
    def name(self) -> str:
        """Return the name in addresses, which is the anchor of the term's heading in docs/glossary.md."""
        return anchor_of(self.term)

    @model_validator(mode="after")
    def _says_where_more_stands(self) -> Self:
        if self.more is None and self.chapter is None:
            raise ValueError(f"{self.term}: nothing says where more stands; give more or chapter")
        return self


class Explained(Entry):
    """An explanation that names terms."""

    terms: Annotated[tuple[Short, ...], Field(min_length=1, max_length=4)]


class Part(Explained):
    """A part of Explore: a chart, or a group of controls."""

    part: Slug
    title: Short


class Setting(Explained):
    """A field of a network or of a training; its label is the page's."""

    setting: Slug


class Keys(BaseModel):
    """Keys, and their effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: Short
    does: Annotated[str, Field(min_length=1, max_length=120)]


class Stop(Entry):
    """A step of the tour: CSS selectors of the element that it points at, of which the first that is seen counts."""

    at: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    title: Short


class Glossary(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    parts: tuple[Part, ...]
    settings: tuple[Setting, ...]
    keys: tuple[Keys, ...]
    tour: tuple[Stop, ...]


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def read_glossary(path: Path = GLOSSARY) -> Glossary:
    """Read the glossary; raise GlossaryError where it is none."""
    text = path.read_text(encoding="utf-8")

    def refuse(line: int, said: str) -> GlossaryError:
        return GlossaryError(path, line, said)

    glossary = read_yaml(Glossary, text, refuse)
    for place, said in _faults(glossary):
        raise refuse(line_of(yaml.compose(text, Loader=yaml.SafeLoader), place) + 1, said)
    return glossary


@lru_cache(maxsize=1)
def known_terms() -> frozenset[str]:
    """Return the names of all terms."""
    return frozenset(one.name for one in read_glossary().terms)


def _faults(glossary: Glossary) -> Iterator[tuple[Place, str]]:
    """Give what entries say of each other that does not hold, each with its place."""
    known = {one.term for one in glossary.terms}
    names: tuple[tuple[str, list[str]], ...] = (
        ("terms", [one.name for one in glossary.terms]),
        ("parts", [one.part for one in glossary.parts]),
        ("settings", [one.setting for one in glossary.settings]),
    )
    for kind, found in names:
        for index, name in enumerate(found):
            if name in found[:index]:
                yield (kind, index), f"{kind}: there are two entries {name!r}"
    for kind, entries in (("parts", glossary.parts), ("settings", glossary.settings)):
        for index, entry in enumerate(entries):
            for number, term in enumerate(entry.terms):
                if term not in known:
                    yield (kind, index, "terms", number), f"{kind}: there is no term {term!r}"
