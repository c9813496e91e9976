"""The seconds a step that a run is announced with, over those that it takes on one thread, each step recorded."""

import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.memory import CASES

RESULTS = Path(__file__).parent / "results" / "duration.md"
STEPS = 5


def estimated(wish: dict[str, Any]) -> float:
    """Return the seconds of a step by the estimate."""
    from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415
    from skipscope.model.train.estimate import estimate_training  # noqa: PLC0415

    one, many = (estimate_training(TrainingRequest.model_validate({**wish, "steps": n})).seconds for n in (1, 101))
    return (many - one) / 100


def measured(wish: dict[str, Any]) -> float:
    """Return the median seconds of a step, after two to warm up."""
    from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415
    from skipscope.model.train.training import train  # noqa: PLC0415

    training = train(TrainingRequest.model_validate({**wish, "steps": STEPS + 2}))
    seconds: list[float] = []
    while not training.over:
        started = time.perf_counter()
        training.advance()
        seconds.append(time.perf_counter() - started)
    training.close()
    return median(seconds[2:])


def main() -> None:
    """Print the table and append it to the results."""
    import torch  # noqa: PLC0415

    from skipscope.app.executors import malloc  # noqa: PLC0415

    malloc.keep_freed()
    torch.set_num_threads(1)
    lines = [
        f"\n## {datetime.now(UTC):%Y-%m-%d}\n",
        "| run | estimate | a step | estimate over measured |",
        "|---|---:|---:|---:|",
    ]
    print("\n".join(lines))
    for name, wish in CASES.items():
        ours, theirs = estimated(wish), measured(wish)
        lines.append(f"| {name} | {ours * 1e3:.0f} ms | {theirs * 1e3:.0f} ms | {ours / theirs:.2f} |")
        print(lines[-1], flush=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
