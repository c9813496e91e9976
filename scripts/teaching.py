"""Write into the instructor's pages, docs/teaching, all that the chapters say themselves: questions and answers, and
the numbers of their claims by seed; and the task sheet, which is made of the chapters' questions alone.

A page is prose with two places for that, each between a line `<!-- questions -->` or `<!-- numbers -->` and a line
`<!-- end -->`. A chapter without a page gets one with headings to be filled.
"""

import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from skipscope.app.learn.lesson import Choice, Claim, Step
from skipscope.app.learn.measured import Measured, read_measured
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.app.routes.learn import number_text

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "teaching"
SHEET = "task-sheet.html"
SECTIONS = ("The question to discuss", "Usual answers", "When the measurement surprises", "Follow-ups")
TRIES = 4
"""Lines of the sheet for what is tried at a puzzle."""
PLACE = r"<!-- {name} -->\n.*?<!-- end -->"


def pages(chapters: list[Chapter], folder: Path = PAGES) -> dict[Path, str]:
    """Return the text of each page as it should be."""
    found = {folder / f"{chapter.folder.name}.md": page_of(chapter, folder) for chapter in chapters}
    return {**found, folder / SHEET: sheet_of(chapters)}


def page_of(chapter: Chapter, folder: Path) -> str:
    """Return a chapter's page: the prose that is there, with what the chapter says put into its places."""
    path = folder / f"{chapter.folder.name}.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else _blank(chapter)
    parts = {"questions": _questions(chapter), "numbers": _numbers(chapter, read_measured(chapter.folder))}
    for name, part in parts.items():
        place = re.compile(PLACE.format(name=name), re.DOTALL)
        if len(place.findall(text)) != 1:
            raise ValueError(f"{path}: it has no one place between <!-- {name} --> and <!-- end -->")
        written = f"<!-- {name} -->\n{part}\n<!-- end -->"
        text = place.sub(lambda _, written=written: written, text)
    return text


def _blank(chapter: Chapter) -> str:
    places = "\n\n".join(f"<!-- {name} -->\n<!-- end -->" for name in ("questions", "numbers"))
    return "\n\n".join([f"# {chapter.lesson.title}", places, *(f"## {title}" for title in SECTIONS)]) + "\n"


def _questions(chapter: Chapter) -> str:
    number, lesson = int(chapter.folder.name[:2]), chapter.lesson
    lines = [
        f"Chapter {number} at `/learn/{chapter.name}`: {len(lesson.steps)} steps, about {lesson.minutes} minutes "
        "alone. The answer that the measurement shows is bold.",
        "",
        "| step | question | answers |",
        "|---|---|---|",
    ]
    if lesson.recall is not None:
        lines.append(
            f"| first, on an earlier chapter | {_cell(lesson.recall.question)} | {_cell(_answers(lesson.recall))} |"
        )
    for at, step in enumerate(lesson.steps, 1):
        for kind, question, answers in _asked(step):
            lines.append(f"| {at}. {step.title}{kind} | {_cell(question)} | {_cell(answers)} |")
    return "\n".join(lines)


def _asked(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.draw is not None:
        blocks = " and ".join(str(block) for block in step.draw.at)
        yield "", step.draw.question, f"a handle at block {blocks}"
    if step.choose is not None:
        yield "", step.choose.question, _answers(step.choose)
    if step.action is not None:
        yield ", action", step.action.text, ""
    if step.puzzle is not None:
        changes = ", ".join(control.label.lower() for control in step.puzzle.changes)
        yield ", puzzle", step.puzzle.text, f"a training decides; to change: {changes}"
    if step.seen is not None:
        yield ", seen", step.seen.question, _answers(step.seen)
    if step.transfer is not None:
        yield ", transfer", step.transfer.question, _answers(step.transfer)


def _answers(choice: Choice) -> str:
    return " / ".join(f"**{one.text}**" if one.holds else one.text for one in choice.options)


def _numbers(chapter: Chapter, measured: Measured) -> str:
    claims = chapter.lesson.claims
    seeds = max((claim.seeds for claim in claims), default=0)
    lines = [
        f"| step | sentence | it says | {' | '.join(f'seed {seed}' for seed in range(seeds))} |",
        f"|---|---|---|{'---:|' * seeds}",
    ]
    return "\n".join([*lines, *(_row(claim, measured.values(claim), seeds) for claim in claims)])


def _row(claim: Claim, values: tuple[float, ...], seeds: int) -> str:
    low, high = (number_text(one, claim.number) for one in claim.interval)
    says = f"{claim.number.replace('_', ' ')} {f'{low} to {high}' if low != high else high}"
    cells = [number_text(value, claim.number) for value in values] + [""] * (seeds - len(values))
    return f"| {claim.step} | {_cell(claim.sentence)} | {says} | {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def sheet_of(chapters: list[Chapter]) -> str:
    """Return the task sheet: all questions with room for prediction and measurement, and no answer."""
    return HEAD + "\n".join(line for chapter in chapters for line in _sheet(chapter)) + "\n</body>\n</html>\n"


def _sheet(chapter: Chapter) -> Iterator[str]:
    number, lesson = int(chapter.folder.name[:2]), chapter.lesson
    yield f'<h2>{number}. {escape(lesson.title)} <span class="at">/learn/{chapter.name}</span></h2>'
    for at, step in enumerate(lesson.steps, 1):
        yield f"<section>\n<h3>{number}.{at} {escape(step.title)}</h3>"
        if step.draw is not None:
            blocks = "".join(f'<span class="blank">block {block}:</span>' for block in step.draw.at)
            yield f"<p>{escape(step.draw.question)}</p>\n<p>I expect {blocks}</p>"
        if step.choose is not None:
            yield _boxes(step.choose)
        if step.draw is not None or step.choose is not None:
            yield '<p class="sure">How sure? guess &#9675; &#9675; &#9675; &#9675; &#9675; certain</p>'
        if step.action is not None:
            yield f'<p class="act">{escape(step.action.text)}</p>'
        if step.puzzle is not None:
            yield f'<p class="act">{escape(step.puzzle.text)}</p>'
            yield '<p><span class="blank wide">Tried, with the accuracy:</span></p>' * TRIES
        yield '<p><span class="blank wide">Measured, and seen:</span></p>'
        for choice in (step.seen, step.transfer):
            if choice is not None:
                yield _boxes(choice)
        yield "</section>"


def _boxes(choice: Choice) -> str:
    options = "".join(f"<li>{escape(one.text)}</li>" for one in choice.options)
    return f"<p>{escape(choice.question)}</p>\n<ul>{options}</ul>"


HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Task sheet: residual networks</title>
<style>
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 11pt/1.4 system-ui, sans-serif; }
  h1 { font-size: 16pt; margin: 0; }
  h2 { font-size: 13pt; margin: 1.4em 0 0.2em; border-bottom: 1px solid; break-after: avoid; }
  h3 { font-size: 11pt; margin: 0.8em 0 0; break-after: avoid; }
  p { margin: 0.2em 0; }
  ul { margin: 0.2em 0; padding: 0; list-style: none; }
  li::before { content: "\\25A1\\00A0"; }
  section { break-inside: avoid; }
  .at { float: right; font: 10pt ui-monospace, monospace; }
  .act { font-weight: 600; }
  .act::before { content: "\\25A1\\00A0"; }
  .sure { color: #555; font-size: 10pt; }
  .blank { display: inline-block; min-width: 9rem; margin-right: 1rem; border-bottom: 1px dotted; }
  .wide { min-width: 100%; }
</style>
</head>
<body>
<h1>Residual networks: predict, measure, compare</h1>
<p><span class="blank">Name:</span> <span class="blank">Address of the page: http://</span></p>
<p>Write down what you expect before you press a button, and how sure you are (1 to 5). Nobody scores it. Then measure,
and write down what you see. Talk to your neighbour where the two differ.</p>
"""


def main() -> None:
    """Write all pages anew."""
    PAGES.mkdir(exist_ok=True)
    for path, text in pages(read_folder(OWN)).items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
