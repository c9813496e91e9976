"""The recordings of a chapter's figures: numbers with request and seed, and pictures as SVG. Made by
`make recordings`; a chapter without a file has no recording, and its figures wait for the measurement."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from skipscope.app.learn.reading import Chapter

NAME = "recorded.json"


class RecordedStep(BaseModel):
    """A step's figure: its address, the numbers that were measured, and the picture in two widths."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    readings: list[dict[str, Any]]
    numbers: dict[str, str]
    wide: str
    narrow: str


class Recorded(BaseModel):
    """A chapter's recordings, and the digest of the figures that they were made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str = ""
    steps: list[RecordedStep | None] = []

    def step(self, index: int) -> RecordedStep | None:
        """Return a step's recording, if there is one."""
        return self.steps[index] if index < len(self.steps) else None


def figures_digest(chapter: Chapter) -> str:
    """Return a digest of all that a chapter's recordings depend on."""
    said = [
        [
            step.figure.model_dump(mode="json", exclude_none=True),
            bool(step.draw),
            *([step.puzzle.accuracy] if step.puzzle else []),
        ]
        for step in chapter.lesson.steps
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def read_recorded(chapter: Chapter) -> Recorded:
    """Read a chapter's recordings; none where there is no file, or it is of other figures."""
    path = chapter.folder / NAME
    if not path.is_file():
        return Recorded()
    found = Recorded.model_validate_json(path.read_text(encoding="utf-8"))
    return found if found.of == figures_digest(chapter) else Recorded()
