"""The settings of a chapter's controls, each tried on the figure that it changes."""

from collections.abc import Iterator

from skipscope.app.learn.address import check_setting
from skipscope.app.learn.lesson import Lesson, Setting

Place = tuple[str | int, ...]


def wrong_setting(lesson: Lesson) -> tuple[Place, str] | None:
    """Return the place of the first setting that its figure cannot have, and why; None where there is none."""
    for place, address, setting in _settings(lesson):
        try:
            check_setting(address, setting.fields, setting.training)
        except ValueError as error:
            return place, f"{setting.text!r}: {error}"
    return None


def _settings(lesson: Lesson) -> Iterator[tuple[Place, str, Setting]]:
    for at, step in enumerate(lesson.steps):
        groups: list[tuple[Place, tuple[Setting, ...]]] = [
            (("controls", c), control.settings) for c, control in enumerate(step.controls)
        ]
        if step.puzzle:
            groups += [(("puzzle", "changes", c), control.settings) for c, control in enumerate(step.puzzle.changes)]
        for place, settings in groups:
            for s, setting in enumerate(settings):
                yield ("steps", at, *place, "settings", s), step.figure.address, setting
