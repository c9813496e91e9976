"""Steps of Learn as tasks of a room: their predictions are the questions, their truths are known or measured."""

from typing import Any

from skipscope.app.errors import Problem
from skipscope.app.learn.lesson import Step
from skipscope.app.learn.shelf import Shelf
from skipscope.app.rooms.change import LessonStep
from skipscope.app.rooms.question import Question, Task


def task_of(shelf: Shelf, wish: LessonStep) -> Task:
    """Return a step as a task; raise the Problem that there is none."""
    chapter = shelf.chapters.get(wish.lesson)
    if chapter is None or wish.step > len(chapter.lesson.steps):
        raise Problem(
            404, "No such step", f"There is no step {wish.step} of a chapter {wish.lesson!r}.", field="lesson",
            value=wish.lesson, limit=", ".join(shelf.chapters), remedy="name a step of one of these",
        )  # fmt: skip
    step = chapter.lesson.steps[wish.step - 1]
    question, truth = _asked(step)
    title = f"{chapter.lesson.title}: {step.title}"[:120]
    text = step.figure.caption
    return Task(
        title=title, text=text, address=f"/learn/{wish.lesson}?step={wish.step}", question=question, truth=truth,
        seconds=wish.seconds,
    )  # fmt: skip


def listing(shelf: Shelf) -> list[dict[str, Any]]:
    """Return all steps, with their questions and without any truth."""
    return [
        {"lesson": name, "step": number, "title": f"{chapter.lesson.title}: {step.title}", "kind": _kind(step)}
        for name, chapter in shelf.chapters.items()
        for number, step in enumerate(chapter.lesson.steps, 1)
    ]


def _kind(step: Step) -> str | None:
    question, _ = _asked(step)
    return None if question is None else question.kind


def _asked(step: Step) -> tuple[Question | None, str | None]:
    """Return a step's prediction as a question, with the option that holds."""
    if step.choose is not None:
        options = step.choose.options
        holds = next(one.text for one in options if one.holds)
        texts = tuple(one.text for one in options)
        return Question(kind="choice", text=step.choose.question, options=texts), holds
    address = _predicted(step)
    if step.draw is None or address is None or step.figure.show != "profile":
        return None, None
    at = step.draw.at
    kind = "number" if len(at) == 1 else "profile"
    figure = step.figure
    return Question(
        kind=kind, text=step.draw.question, low=figure.low, high=figure.high, at=at, measured=address
    ), None  # fmt: skip


def _predicted(step: Step) -> str | None:
    """Return the address of the network that the prediction is about: the figure's, or that after the action; None
    if the action is another than to connect skips."""
    address, action = step.figure.address, step.action
    if step.covered or action is None:
        return address
    if not action.connect:
        return None
    parts = address.split("&")
    last = max(at for at, part in enumerate(parts) if part.startswith("net="))
    parts[last] += f",only:{'.'.join(map(str, action.connect))}"
    return "&".join(parts)
