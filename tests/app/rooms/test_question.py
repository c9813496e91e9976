"""Questions and the values that answer them; addresses of pages."""

import posixpath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skipscope.app.rooms.question import Question, Task, check_value, page_address
from skipscope.model.describe.words import FieldError

NUMBER = Question(kind="number", text="How much?")
CHOICE = Question(kind="choice", text="Which?", options=("a", "b"))
PROFILE = Question(kind="profile", text="Draw it.", at=(1, 7))
MEASURED: dict[str, Any] = {"kind": "profile", "text": "Draw it.", "measured": "net=plain56,norm:none"}


@pytest.mark.parametrize(
    ("question", "value"), [(NUMBER, 1e-13), (NUMBER, 0), (CHOICE, 1), (CHOICE, "a"), (PROFILE, [1e-9, 1])]
)
def test_an_answer_is_taken(question: Question, value: Any) -> None:
    check_value(question, value)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (NUMBER, -1), (NUMBER, float("nan")), (NUMBER, float("inf")), (NUMBER, 1e81), (NUMBER, True), (NUMBER, "1"),
        (NUMBER, [1.0]), (CHOICE, 2), (CHOICE, -1), (CHOICE, "c"), (CHOICE, True), (CHOICE, 0.5), (PROFILE, [1.0]),
        (PROFILE, [1.0, -1.0]), (PROFILE, 1.0),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(question: Question, value: Any) -> None:
    with pytest.raises(FieldError, match="value"):
        check_value(question, value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "choice", "text": "Which?"},
        {"kind": "choice", "text": "Which?", "options": ["a", "a"]},
        {"kind": "number", "text": "x", "options": ["a", "b"]},
        {"kind": "number", "text": "x", "low": 2},
        {"kind": "number", "text": "x", "measured": "net=nothing"},
        {"kind": "choice", "text": "x", "options": ["a", "b"], "measured": "net=plain56"},
        {"kind": "number", "text": ""},
        {**MEASURED, "at": [28]},
        {**MEASURED, "at": [1, 7], "points": 3},
        {**MEASURED, "quantity": "residual_rms"},
        {**MEASURED, "measured": "net=,depths:1-1,widths:4-8,stem:cifar,stem_width:4"},
        {"kind": "profile", "text": "x", "points": 3},
        {"kind": "number", "text": "x", "measured": "net=plain56", "points": 3},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Question.model_validate(wrong)


def test_a_measured_question_knows_its_blocks_and_says_its_axis() -> None:
    drawn = Question.model_validate({**MEASURED, "points": 4})
    assert drawn.places == (1, 7, 14, 21)
    said = drawn.public()
    assert (said["network"], said["stages"], said["known"]) == ("plain-56", [9, 9, 9], 27)
    assert (said["axis"], said["unit"]) == (
        "gradient RMS at each block, over that at block 27", "a ratio"
    )  # fmt: skip
    check_value(drawn, [1e-9, 1e-6, 1e-3, 0.1])
    with pytest.raises(FieldError, match="4 numbers"):
        check_value(drawn, [1e-9])
    one = Question.model_validate({**MEASURED, "kind": "number", "quantity": "activation_rms"})
    assert (one.places, one.public()["axis"]) == ((27,), "activation RMS at block 27, over that at block 1")
    assert Question(kind="number", text="x", axis="parameters", unit="millions").public()["unit"] == "millions"
    assert "measured" not in said, "what is measured is not told before"


def test_the_truth_of_a_measured_question_is_never_typed() -> None:
    with pytest.raises(ValidationError, match="the server measures this one"):
        Task.model_validate({"title": "x", "question": {**MEASURED, "points": 2}, "truth": [1e-9, 1.0]})


def test_a_truth_is_an_answer() -> None:
    assert Task(title="x", question=CHOICE, truth="b").truth == "b"
    with pytest.raises(ValidationError, match="truth"):
        Task(title="x", question=CHOICE, truth="c")
    with pytest.raises(ValidationError, match="truth"):
        Task(title="x", truth=1)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/", "/"), ("/?net=plain56&hide=controls", "/?net=plain56&hide=controls"), ("net=plain56", "/?net=plain56"),
        ("?net=plain56", "/?net=plain56"), ("/learn/problem?step=2", "/learn/problem?step=2"), ("/lab", "/lab"),
        ("/runs/5b2f", "/runs/5b2f"),
    ],
)  # fmt: skip
def test_a_page_of_ours_is_taken(address: str, kept: str) -> None:
    assert page_address(address) == kept


@pytest.mark.parametrize(
    "address",
    [
        "", "javascript:alert(1)", "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example",
        "/learning", "/lab\n", "/?net=<b>", "/api/runs", "/static/x", "data:text/html,x", "/ learn", "/learn/../admin",
        "/learn/./x", "/runs/..", "/lab/%2e%2e/api", "/learn//x", "/learn/x;y/../..", "/lab/\u202ex",
        "/?net=\u202e", "/?net=\x85",
    ],
)  # fmt: skip
def test_no_other_place_is_an_address(address: str) -> None:
    with pytest.raises(FieldError, match="address"):
        page_address(address)


PARTS = st.sampled_from(
    ["/", "//", "learn", "lab", "runs", "api", "..", ".", "%2e%2e", "%2F", "\\", "?", "#", "net=", "@", ":", ";"]
)


@given(st.lists(PARTS | st.text(max_size=3), max_size=8).map("".join))
def test_a_browser_stays_on_a_page_of_ours_whatever_is_taken(address: str) -> None:
    try:
        taken = page_address(address)
    except FieldError:
        return
    gone_to = urljoin(
        "http://here.example/room/K7PX3M", unquote(taken.partition("?")[0]) + "?" + taken.partition("?")[2]
    )
    found = urlsplit(gone_to)
    assert found.netloc == "here.example"
    assert found.path == "/" or posixpath.normpath(found.path).split("/")[1] in ("learn", "lab", "runs")
