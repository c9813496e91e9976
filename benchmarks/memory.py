"""The memory that a run is admitted by, over the peak that it takes: ten runs, each in a process of its own, warm as a
worker is. Linux alone lets a process's high-water mark be set back.
"""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "memory.md"
PAIR = [{"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")]
CASES: dict[str, dict[str, Any]] = {
    "plain-56 beside ResNet-56, digits": {"variants": PAIR},
    "ResNet-56, batch 128 of 32x32": {"variants": [{"preset": "resnet56"}], "image_size": 32, "batch_size": 128},
    "ResNet-20, batch 256 of 32x32": {"variants": [{"preset": "resnet20"}], "image_size": 32, "batch_size": 256},
    "ResNet-110, batch 64 of 32x32": {"variants": [{"preset": "resnet110"}], "image_size": 32, "batch_size": 64},
    "ResNet-18, batch 32 of 64x64": {"variants": [{"preset": "resnet18"}], "image_size": 64, "batch_size": 32},
    "ResNet-18 with AdamW, batch 8": {
        "variants": [{"preset": "resnet18"}], "image_size": 32, "batch_size": 8, "optimizer": "adamw",
    },
    "ResNet-50, batch 16 of 64x64": {"variants": [{"preset": "resnet50"}], "image_size": 64, "batch_size": 16},
    "WRN-16-8, batch 64 of 32x32": {"variants": [{"preset": "wrn_16_8"}], "image_size": 32, "batch_size": 64},
    "pre-activation ResNet-164, batch 32 of 32x32": {
        "variants": [{"preset": "preact_resnet164"}], "image_size": 32, "batch_size": 32,
    },
    "SE-ResNet-50, batch 16 of 64x64": {"variants": [{"preset": "seresnet50"}], "image_size": 64, "batch_size": 16},
}  # fmt: skip


def train_here(wish: dict[str, Any]) -> int:
    """Train twelve steps in this process and return the most bytes that it had more than when it was warm."""
    import torch  # noqa: PLC0415

    from skipscope.app.executors import malloc  # noqa: PLC0415
    from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415
    from skipscope.model.train.training import train  # noqa: PLC0415

    malloc.keep_freed()
    torch.set_num_threads(1)
    small = {"variants": [{"preset": "resnet20"}], "batch_size": 4, "steps": 2}
    list(train(TrainingRequest.model_validate(small)))
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    list(train(TrainingRequest.model_validate({**wish, "steps": 12})))
    return _status("VmHWM") - before


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def peak(wish: dict[str, Any]) -> int:
    """Return the peak of a run in a fresh process, in bytes."""
    command = [sys.executable, "-m", "benchmarks.memory", "--one", json.dumps(wish)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def estimated(wish: dict[str, Any]) -> int:
    """Return the bytes that the run is admitted by."""
    from skipscope.model.describe.request import TrainingRequest  # noqa: PLC0415
    from skipscope.model.train.estimate import estimate_training  # noqa: PLC0415

    return estimate_training(TrainingRequest.model_validate(wish)).bytes


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="train this request here and print its peak")
    given = parser.parse_args().one
    if given:
        print(train_here(json.loads(given)))
        return
    lines = [
        f"\n## {datetime.now(UTC):%Y-%m-%d}\n",
        "| run | estimate | peak | estimate over peak |",
        "|---|---:|---:|---:|",
    ]
    print("\n".join(lines))
    for name, wish in CASES.items():
        ours, theirs = estimated(wish), peak(wish)
        lines.append(f"| {name} | {ours / 1e6:.0f} MB | {theirs / 1e6:.0f} MB | {ours / theirs:.2f} |")
        print(lines[-1], flush=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
