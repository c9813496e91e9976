"""What became of a loss: its first value, and the mean of its newest."""

from math import nan

import pytest

from skipscope.model.measure.fall import Fall, Losses, fall_of


def test_the_newest_losses_are_taken_in_the_mean() -> None:
    losses = Losses()
    for step in range(0, 60, 5):
        losses.append(step, 2.0 if step == 0 else 1.0 + step / 100)
    newest = [1.0 + step / 100 for step in range(10, 60, 5)]
    assert losses.fall is not None
    assert (losses.fall.start, losses.fall.steps) == (2.0, 55)
    assert losses.fall.now == pytest.approx(sum(newest) / 10)
    assert fall_of([2.0, *[1.0 + step / 100 for step in range(5, 60, 5)]], 55) == losses.fall


def test_a_first_step_alone_is_no_fall() -> None:
    losses = Losses()
    assert losses.fall is None
    losses.append(7, 2.0)
    assert losses.fall is None
    losses.append(8, 1.5)
    assert losses.fall == Fall(2.0, 1.5, 1), "the first step is none of the newest"
    assert fall_of([2.0], 0) is None


@pytest.mark.parametrize(
    ("fall", "words"),
    [
        (Fall(2.303, 2.2841, 9), "fell from 2.30 to 2.28"),
        (Fall(2.3, 11.53, 9), "rose from 2.30 to 11.5"),
        (Fall(2.3, 2.3001, 9), "stayed at 2.30"),
        (Fall(2.3, nan, 9), "began at 2.30 and is not finite now"),
        (Fall(2.3, 0.00123, 9), "fell from 2.30 to 0.00123"),
    ],
)
def test_a_loss_in_words(fall: Fall, words: str) -> None:
    assert fall.words() == words
