"""The notebook knows each chapter's questions, and says what was recorded beside them."""

from pathlib import Path

from skipscope.app.learn.notes import notes
from skipscope.app.learn.shelf import read_shelf
from tests.app.learn.test_reading import BODY, FRONT, written


def test_a_chapter_has_its_questions_and_recordings_in_words() -> None:
    shelf = read_shelf()
    found = {one["name"]: one for one in notes(shelf)}
    assert list(found) == list(shelf.chapters)
    first = found["problem"]["steps"][0]
    assert first["draw"]["at"] == [1]
    assert first["says"].startswith("plain-56: the gradient at block 1 is 1")
    assert len(first["reading"]["gradient"]) == 27
    assert found["problem"]["steps"][1]["reading"] is None, "only a prediction that was drawn is drawn again"
    puzzle = found["puzzle"]["steps"][1]
    assert (puzzle["puzzle"]["most"], puzzle["puzzle"]["accuracy"]) == (2, 0.9)
    assert "changes" not in puzzle["puzzle"]


def test_a_chapter_without_recordings_has_its_questions(tmp_path: Path) -> None:
    written(tmp_path, FRONT + BODY)
    ninth = notes(read_shelf(tmp_path))[-1]
    assert (ninth["title"], ninth["steps"][0]["says"]) == ("A ninth", None)
    assert ninth["steps"][0]["choose"]["question"] == "More or less?"
