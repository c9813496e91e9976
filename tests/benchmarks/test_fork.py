"""What the benchmark of forks says of times that are known."""

import pytest

from benchmarks.fork import LIMIT, STEP, judge, request_of, state_at
from skipscope.model.train.training import train


@pytest.mark.parametrize(("copies", "held"), [([0.2, 0.2, 9.0], True), ([0.1, 0.11 + LIMIT, 0.2 + LIMIT], False)])
def test_copies_may_begin_a_little_later_than_a_new_training(copies: list[float], held: bool) -> None:
    verdict = judge(64, [(0.1, other) for other in copies])
    assert verdict.held is held
    assert f"first step after {1000 * sorted(copies)[1]:.0f} ms, of a new training after 100 ms" in verdict.measured


def test_copies_go_on_at_the_step_that_was_asked_for() -> None:
    request = request_of(32)
    training = train(request)
    copies = train(request, resume=state_at(training, STEP))
    assert copies.step == STEP
    assert next(copies).epoch == pytest.approx(STEP * request.batch_size / len(training.dataset.train_labels))
