"""A chapter is read whole, or refused with file, line and field."""

from pathlib import Path
from typing import get_args

import pytest

from skipscope.app.learn.numbers import Number
from skipscope.app.learn.reading import LessonError, read_chapter
from skipscope.app.learn.shelf import OWN, read_folder, read_shelf

FRONT = """---
title: A ninth
minutes: 3
hook: One more.
steps:
  - title: First
    figure:
      address: net=resnet20,norm:none
      caption: ResNet-20.
    choose:
      question: More or less?
      options:
        - { text: More, says: It is less. }
        - { text: Less, says: It is., holds: true }
claims:
  - sentence: Less.
    step: 1
    address: net=resnet20,norm:none
    number: ratio
    interval: [0, 1]
---
"""
BODY = "\n## First\n\nBefore, *with* <b>marks</b>.\n\n---\n\nAfter.\n"


def written(folder: Path, text: str = FRONT + BODY, name: str = "10-ninth") -> Path:
    path = folder / name / "lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


def test_a_chapter_is_one_file(tmp_path: Path) -> None:
    chapter = read_chapter(written(tmp_path))
    assert (chapter.name, chapter.lesson.title, chapter.lesson.steps[0].figure.show) == ("ninth", "A ninth", "profile")
    (words,) = chapter.words
    assert words.before == "<p>Before, <em>with</em> &lt;b&gt;marks&lt;/b&gt;.</p>"
    assert words.after == "<p>After.</p>"


MATH = """    equation:
      mathml: <math><script>1</script></math>
      says: It is said.
    choose:"""
ASKS = MATH.replace("<script>1</script>", '<mn data-number="ratioo"/>')


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("minutes: 3", "minutes: many", "minutes: many", 'minutes="many": give a whole number'),
        ("minutes: 3", "minuets: 3", "minuets: 3", "Did you mean minutes?"),
        ("minutes: 3\n", "", "title:", "minutes is missing: give it"),
        ("text: More", "text: No", "text: No", "put it in quotes"),
        ("      caption: R", "      captoin: R", "captoin", "Did you mean caption?"),
        ("title: A ninth", "title: [", "steps:", "no YAML"),
        ("resnet20,norm:none\n      caption", "resnet20,norm:most\n      caption", "norm:most", "norm"),
        ("resnet20,norm:none\n      caption", "resnet21\n      caption", "net=resnet21", "resnet21"),
        ("resnet20,norm:none\n      caption", "resnet20,cut:10\n      caption", "cut:10", "has 9 blocks"),
        ("resnet20,norm:none\n      caption", "resnet20&rate=1\n      caption", "rate=1", "an address here has net"),
        (", holds: true", "", "    choose:", "no option has `holds: true`"),
        ("hook: One more.", "hook: One more.\nrecall: { question: Which }", "recall:", "recall.options is missing"),
        ("interval: [0, 1]", "interval: [1, 0]", "sentence: Less", "the smaller one"),
        ("step: 1\n", "step: 2\n", "title: A ninth", "there are 1"),
        ("number: ratio", "number: size", "number: size", "number"),
        ("number: ratio", "number: likeness", "sentence: Less", "read off one block"),
        ("caption: ResNet-20.", "show: maps\n      block: 10\n      caption: A.", "figure:", "has 9 blocks"),
        (
            "caption: ResNet-20.",
            "show: paths\n      parts: [transport]\n      caption: A.",
            "figure:",
            "before training",
        ),
        ("caption: ResNet-20.", "show: maps\n      image: 64\n      caption: A.", "figure:", "the batch has 64 images"),
        ("    choose:", MATH, "mathml:", "<script>: an equation has"),
        ("    choose:", ASKS, "title: First", "'ratioo' is no number with `show: profile`; give ratio, block_factor"),
        ("## First", "## Last", "## Last", "needs a line `## First`"),
        ("\n## First", "\nStray.\n\n## First", "Stray.", "text before the first step"),
        ("After.", f"After. {'word ' * 260}", "## First", "at most 250"),
        ("After.", "After [it](glossary:noise).", "glossary:noise", "glossary:noise: the glossary has accuracy"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    text = (FRONT + BODY).replace(old, new, 1)
    path = written(tmp_path, text)
    with pytest.raises(LessonError) as caught:
        read_chapter(path)
    message = str(caught.value)
    place, _, rest = message.partition(": ")
    assert said in rest
    line = int(place.removeprefix(f"{path}:"))
    # what is missing is told at the part that lacks it
    assert abs(line - line_of(text, at)) <= (1 if at in ("title:", "title: A ninth", "sentence: Less", "steps:") else 0)


def test_an_action_has_what_it_asks_for(tmp_path: Path) -> None:
    action = "    action: { text: Connect it., connect: [1] }\n    choose:"
    with pytest.raises(LessonError, match=r"parts: \[diagram\]"):
        read_chapter(written(tmp_path, (FRONT + BODY).replace("    choose:", action, 1)))
    chosen = "    action: { text: Do it., choose: { Depth: deep } }\n    choose:"
    with pytest.raises(LessonError, match="no control 'Depth'"):
        read_chapter(written(tmp_path / "other", (FRONT + BODY).replace("    choose:", chosen, 1)))


PUZZLE = """---
title: A tenth
minutes: 3
hook: A task.
steps:
  - title: First
    figure:
      address: net=plain20,norm:none&steps=40
      show: learning
      caption: plain-20.
    puzzle:
      text: Make it learn.
      most: 1
      changes:
        - label: Skips
          settings:
            - { text: none }
            - { text: all, fields: { skips: true } }
            - { text: some, fields: { only: "2-4.9" } }
        - label: Optimiser
          settings:
            - { text: SGD }
            - { text: Adam, training: { optimizer: adam } }
---
"""

ASKED = "    choose: { question: Which, options: [{ text: A, says: Yes., holds: true }, { text: B, says: No. }] }"


def test_a_puzzle_is_read(tmp_path: Path) -> None:
    puzzle = read_chapter(written(tmp_path, PUZZLE + BODY)).lesson.steps[0].puzzle
    assert puzzle is not None
    assert (puzzle.most, puzzle.accuracy, [one.label for one in puzzle.changes]) == (1, 0.9, ["Skips", "Optimiser"])
    assert puzzle.changes[1].settings[1].training == {"optimizer": "adam"}


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("optimizer: adam", "optimizer: adan", "text: Adam", "'Adam': optimizer"),
        ("optimizer: adam", "seeed: 1", "text: Adam", "training.seeed: a training has"),
        ("optimizer: adam", "variants: 1", "text: Adam", "training.variants: a training has"),
        ("skips: true", "skip: true", "text: all", "skip"),
        ('"2-4.9"', '"2-4.10"', "text: some", "has 9 blocks"),
        ("text: none }", "text: none, fields: { norm: batch } }", "puzzle:", "is the start, so it has no fields"),
        ("most: 1", "most: 3", "puzzle:", "there are 2 changes to choose from"),
        ("label: Optimiser", "label: Optimiser\n          kind: slider", "puzzle:", "a change is chosen from a list"),
        ("show: learning", "show: profile", "title: First", "`show: learning`"),
        ("steps=40", "steps=40&net=resnet20", "title: First", "one net="),
        ("caption: plain-20.", "caption: plain-20.\n      parts: [diagram]", "title: First", "no parts but curves"),
        ("    puzzle:", f"{ASKED}\n    puzzle:", "title: First", "a step with a puzzle has no draw, choose"),
    ],
)  # fmt: skip
def test_a_puzzle_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    text = (PUZZLE + BODY).replace(old, new, 1)
    path = written(tmp_path, text)
    with pytest.raises(LessonError) as caught:
        read_chapter(path)
    place, _, rest = str(caught.value).partition(": ")
    assert said in rest
    assert int(place.removeprefix(f"{path}:")) == line_of(text, at)


def test_a_setting_of_any_control_is_tried_on_its_figure(tmp_path: Path) -> None:
    control = """    controls:
      - label: Norm
        settings:
          - { text: none, fields: { norm: none } }
          - { text: batch, fields: { norm: batsh } }
    choose:"""
    text = (FRONT + BODY).replace("    choose:", control, 1)
    path = written(tmp_path, text)
    with pytest.raises(LessonError, match=r"steps\.0\.controls\.0\.settings\.1: 'batch'") as caught:
        read_chapter(path)
    assert f"{path}:{line_of(text, 'text: batch')}:" in str(caught.value)


def test_a_page_of_learn_is_no_name_of_a_chapter(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="/learn/notebook is a page of its own"):
        read_chapter(written(tmp_path, name="09-notebook"))


def test_own_chapters_stand_beside_those_of_the_package(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, name="01-problem")
    shelf = read_shelf(tmp_path)
    own = [chapter.name for chapter in read_folder(OWN)]
    assert list(shelf.chapters) == [*own, "ninth"]
    assert shelf.chapters["problem"].lesson.title == "A ninth", "one of the same name takes its place"
    assert shelf.recorded("ninth").steps == []
    with pytest.raises(LessonError, match="SKIPSCOPE_LESSONS"):
        read_shelf(tmp_path / "none")


def test_chapters_from_the_third_to_the_eighth_begin_with_a_question_on_an_earlier_one() -> None:
    asking = [chapter.number for chapter in read_folder(OWN) if chapter.lesson.recall]
    assert asking == [3, 4, 5, 6, 7, 8]


def test_the_packages_chapters_are_read() -> None:
    shelf = read_shelf()
    assert "problem" in shelf.chapters
    for name, chapter in shelf.chapters.items():
        recorded = [shelf.recorded(name).step(index) for index in range(len(chapter.lesson.steps))]
        assert all(recorded), f"{name}: figures without a recording; run `make recordings`"
        assert chapter.lesson.sources, name


def test_the_documents_example_is_a_chapter(tmp_path: Path) -> None:
    document = (OWN.parents[1] / "docs" / "lessons.md").read_text(encoding="utf-8")
    example, puzzle = [part.split("\n```", 1)[0] for part in document.split("```yaml\n")[1:]]
    chapter = read_chapter(written(tmp_path, example))
    assert chapter.lesson.title == "Two blocks more"
    start, end = PUZZLE.index("    puzzle:"), PUZZLE.rindex("---")
    with_it = f"{PUZZLE[:start]}{puzzle}\n{PUZZLE[end:]}{BODY}"
    assert read_chapter(written(tmp_path / "puzzle", with_it)).lesson.steps[0].puzzle is not None
    numbers = get_args(Number)
    assert all(f"`{number}`" in document for number in numbers)
