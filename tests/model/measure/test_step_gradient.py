"""A gradient in words, and the fields of it that say something."""

import math

import pytest

from skipscope.model.measure.step_gradient import StepGradient, whole


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        (StepGradient(passes=1, steps=1, norm=2.0), "of one backward pass"),
        (StepGradient(passes=4, steps=1, norm=2.0), "accumulated over 4 backward passes"),
        (StepGradient(), "no backward pass; no optimizer has stepped with it"),
        (
            StepGradient(passes=1, steps=1, scale=65536.0, norm=1.0, before=3.4216),
            "of one backward pass; divided by the scaler's factor 65536; clipped from a norm of 3.422 to 1",
        ),
        (
            StepGradient(passes=1, steps=1, norm=4.0, before=3.0),
            "of one backward pass; changed from a norm of 3 to 4",
        ),
        (
            StepGradient(passes=1, skipped=1, norm=2.0),
            "of one backward pass; 1 step skipped; no optimizer has stepped with it",
        ),
        (
            StepGradient(passes=1, steps=1, processes=4, shared="averaged"),
            "of one backward pass; the mean of 4 processes; activations are those of rank 0",
        ),
        (
            StepGradient(passes=1, steps=1, processes=2, rank=1),
            "of one backward pass; that of one of 2 processes; activations are those of rank 1",
        ),
    ],
)
def test_it_says_which_gradient_it_is(gradient: StepGradient, words: str) -> None:
    assert str(gradient) == words


def test_fields_that_say_nothing_are_left_out_but_for_passes_and_steps() -> None:
    assert StepGradient(passes=2).to_dict() == {"passes": 2, "steps": 0}
    whole_of_two = StepGradient(passes=1, steps=1, norm=1.23456, scale=65536.0, before=math.inf, shared="averaged")
    assert whole_of_two.to_dict() == {
        "passes": 1, "steps": 1, "norm": 1.235, "scale": 65536.0, "before": "inf", "shared": "averaged",
    }  # fmt: skip


def test_the_norm_of_all_is_none_without_any() -> None:
    assert whole([3.0, None, 4.0]) == 5.0
    assert whole([None, None]) is None
