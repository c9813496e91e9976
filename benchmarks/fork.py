"""From a checkpoint of a training on photographs, at step 10,000, to the first step of its copies: how much longer it
takes than the first step of a new training.

The budget has its verdict, and one that is not held ends this with 1.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.budgets import Verdict, told
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train import checkpoint
from skipscope.model.train.training import Training, train

RESULTS = Path(__file__).resolve().parent / "results" / "fork.md"
SIZES, STEP, ROUNDS, LIMIT = (32, 64), 10_000, 7, 0.3


def request_of(size: int) -> TrainingRequest:
    """Ask for a small network on photographs, which are resized for each batch unless they have the size."""
    net = {"preset": "resnet20", "depths": [1, 1, 1]}
    wish = {"variants": [net, net], "dataset": "photos", "image_size": size, "steps": 2 * STEP, "eval_every": 0}
    return TrainingRequest.model_validate(wish)


def state_at(training: Training, step: int) -> bytes:
    """Return the state of a training as if it had made so many steps: its weights are no matter here."""
    batches = training.dataset.batches(training.request.batch_size, start=step)
    return checkpoint.save(training.variants[0], step, training.lr, batches.state())


def seconds_to_first_step(request: TrainingRequest, state: bytes | None) -> float:
    """Begin a training, and return how long its first step was in coming."""
    started = time.perf_counter()
    training = train(request, resume=state)
    first = next(training)
    took = time.perf_counter() - started
    assert first.step == (0 if state is None else STEP)
    training.close()
    return took


def measure(size: int) -> list[tuple[float, float]]:
    """Return the seconds of a new training and of copies, taken in turn."""
    request = request_of(size)
    state = state_at(train(request), STEP)
    both = [(seconds_to_first_step(request, None), seconds_to_first_step(request, state)) for _ in range(ROUNDS + 1)]
    return both[1:]


def judge(size: int, took: list[tuple[float, float]]) -> Verdict:
    """Judge whether copies begin where a new training would."""
    new, copies = median(one for one, _ in took), median(other for _, other in took)
    return Verdict(
        f"photos at {size}x{size}: copies at step {STEP:,} at most {1000 * LIMIT:.0f} ms after a new training",
        f"first step after {1000 * copies:.0f} ms, of a new training after {1000 * new:.0f} ms, medians of {len(took)}",
        copies - new <= LIMIT,
    )


def main() -> int:
    """Print the verdicts, append them to the results; return 1 if a budget broke."""
    load = os.getloadavg()[0]
    verdicts = [judge(size, measure(size)) for size in SIZES]
    lines = [f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load before {load:.1f}\n", *told(verdicts)]
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")
    return int(not all(verdict.held for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
