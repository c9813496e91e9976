"""A clerk's answers: the value that a call returns, or its error, also one that cannot be packed."""

import pickle
from typing import Any

import pytest

from skipscope.app.errors import Problem
from skipscope.app.executors.clerk import answer
from skipscope.model.describe.words import FieldError, check_names


def refuse(**more: Any) -> None:
    """Refuse."""
    raise Problem(422, "Too deep", "depths=[9]: 20 layers.", field="depths", value=[9], **more)


def asked(call: Any, *args: Any, **more: Any) -> tuple[str, Any]:
    """Return the kind and the content of the answer to a call."""
    kind, step, packed = answer(pickle.dumps((call, args, more)))
    assert step is None
    return kind, pickle.loads(packed)  # noqa: S301  (packed here)


def test_a_call_is_answered_by_what_it_returns() -> None:
    assert asked(divmod, 7, 2) == ("end", (3, 1))
    assert asked(int, "ff", base=16) == ("end", 255)


@pytest.mark.parametrize("more", [{}, {"remedy": "ask for less", "suggestions": ["resnet18"]}])
def test_a_refusal_keeps_its_words(more: dict[str, Any]) -> None:
    kind, error = asked(refuse, **more)
    assert kind == "failed"
    assert isinstance(error, Problem)
    with pytest.raises(Problem) as raised:
        refuse(**more)
    assert error.body() == raised.value.body()
    assert "refuse" in error.__notes__[0]


class OddError(Exception):
    """An error that is not made by what it says."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fail(one: str, other: str) -> None:
    """Raise it."""
    raise OddError(one, other)


def test_an_error_that_cannot_be_made_again_goes_by_its_words() -> None:
    kind, error = asked(fail, "width", "depth")
    assert kind == "failed"
    assert isinstance(error, RuntimeError)
    assert "width and depth" in str(error)
    assert "in fail" in str(error)


def test_an_error_of_a_field_is_made_again() -> None:
    kind, error = asked(check_names, {"widht": 1}, ["width"])
    assert kind == "failed"
    assert isinstance(error, FieldError)
    assert "Did you mean width?" in str(error)
