"""Files of prepared tasks: those of the first format, and all that a task carries now."""

from typing import Any

import pytest
from pydantic import ValidationError

from skipscope.app.rooms.prepared import TaskList

FIRST: list[dict[str, Any]] = [
    {"title": "The problem: How small?", "wish": {"lesson": {"lesson": "problem", "step": 1}}},
    {"title": "How deep?", "wish": {"task": {
        "title": "How deep?", "address": "/?net=plain56&hide=controls",
        "question": {"kind": "number", "text": "How much is left?"}, "truth": 1e-13, "seconds": {"predict": 90}}}},
    {"title": "Which?", "wish": {"task": {
        "title": "Which?", "question": {"kind": "choice", "text": "Which?", "options": ["a", "b"]}, "truth": "b"}}},
]  # fmt: skip
SECONDS = {"predict": 60, "discuss": 90, "predict_again": 45}
NOW: list[dict[str, Any]] = [
    {"title": "The problem", "wish": {"lesson": {"lesson": "problem", "step": 1, "seconds": SECONDS}}},
    {"title": "Draw it", "wish": {"task": {
        "title": "Draw it", "seconds": SECONDS, "question": {
            "kind": "profile", "text": "How does it fall?", "low": -15, "high": 3, "points": 6,
            "measured": "net=plain56,norm:none,init:xavier_normal", "quantity": "gradient_rms"}}}},
    {"title": "How many?", "wish": {"task": {
        "title": "How many?", "question": {
            "kind": "number", "text": "How many?", "low": 0, "high": 9, "axis": "parameters", "unit": "millions"}}}},
    {"title": "Lesions", "wish": {"task": {"title": "Lesions", "address": "/lab?kind=lesions&draws=3"}}},
]  # fmt: skip


@pytest.mark.parametrize("file", [FIRST, NOW, []])
def test_a_file_is_read_and_written_as_it_was(file: list[dict[str, Any]]) -> None:
    assert TaskList.model_validate(file).model_dump(mode="json", exclude_unset=True) == file


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "x", "wish": {"phase": "reveal"}}, "wish"),
        ({"title": "x", "wish": {"lesson": {"lesson": "problem", "step": 1}, "screen": "/learn"}}, "wish"),
        ({"title": "x", "wish": {"task": {"title": "x", "address": "https://elsewhere.example"}}}, "address"),
        ({"title": "x", "wish": {"task": {"title": "x", "seconds": {"predict": 1}}}}, "seconds"),
        ({"title": "x"}, "wish"),
    ],
)
def test_what_sends_no_task_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TaskList.model_validate([*NOW, wrong])


def test_a_list_has_an_end() -> None:
    with pytest.raises(ValidationError, match="40"):
        TaskList.model_validate(FIRST * 14)
