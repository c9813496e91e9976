"""Chapters of Learn as they are answered."""

from pydantic import BaseModel

from skipscope.app.learn.lesson import Lesson, Step


class LessonRow(BaseModel):
    """A chapter in the list of chapters."""

    slug: str
    title: str
    minutes: int
    hook: str
    steps: int


class StepText(BaseModel):
    """A step's text as HTML: before its figure is uncovered, and after."""

    before: str
    after: str


class StepView(Step):
    """A step of a chapter, with its text."""

    text: StepText


class LessonView(Lesson):
    """A chapter of Learn."""

    slug: str
    # narrower than the chapter's: both are frozen, so that nobody can put a plain step in
    steps: tuple[StepView, ...]  # pyright: ignore[reportIncompatibleVariableOverride]
