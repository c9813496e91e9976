"""Chapters as the notebook needs them: questions, answers, and the recorded measurement beside each."""

import re
from html import unescape
from typing import Any

from skipscope.app.learn.recorded import RecordedStep
from skipscope.app.learn.shelf import Shelf

LABEL = re.compile(r' aria-label="([^"]*)"')
ASKED = ("title", "draw", "choose", "seen", "transfer")


def notes(shelf: Shelf) -> list[dict[str, Any]]:
    """Return each chapter's name, title and steps; a step has its questions, and its recording in words."""
    return [
        {
            "name": name,
            "title": chapter.lesson.title,
            "recall": chapter.lesson.recall and chapter.lesson.recall.model_dump(mode="json"),
            "steps": [
                {
                    **step.model_dump(mode="json", include=set(ASKED)),
                    "figure": step.figure.model_dump(mode="json"),
                    "puzzle": step.puzzle and step.puzzle.model_dump(mode="json", include={"text", "most", "accuracy"}),
                    **_recorded(shelf.recorded(name).step(index), drawn=step.draw is not None),
                }
                for index, step in enumerate(chapter.lesson.steps)
            ],
        }
        for name, chapter in shelf.chapters.items()
    ]


def _recorded(recorded: RecordedStep | None, *, drawn: bool) -> dict[str, Any]:
    """Return what a recording says, and for a prediction that was drawn also its numbers."""
    if recorded is None:
        return {"says": None, "reading": None}
    found = LABEL.search(recorded.wide)
    return {"says": unescape(found[1]) if found else None, "reading": recorded.readings[-1] if drawn else None}
