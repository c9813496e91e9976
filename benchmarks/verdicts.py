"""Measure how steep gradients are and how far updates and losses go, for skip x norm x depth and for all presets,
before and after some steps: the diagnosis' bands rest on it. Prints the table and appends it to results/verdicts.md.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

import torch

from skipscope import PRESETS, TrainingRequest, train
from skipscope.model.measure.course import course_of, each, short
from skipscope.model.measure.record import Record
from skipscope.model.measure.trunk import most_updated, trunk, updates_at
from skipscope.model.train.records import StepRecord

RESULTS = Path(__file__).parent / "results" / "verdicts.md"
DEPTHS = (20, 32, 44, 56, 110)
NORMS = {"none, Xavier": {"norm": "none", "init": "xavier_normal"}, "none, Kaiming": {"norm": "none"},
         "BatchNorm": {"norm": "batch"}, "GroupNorm": {"norm": "group", "norm_groups": 8}}  # fmt: skip
STEPS = 100
BRIEF = ("none, Kaiming",)
"""Kinds of which the first step alone is measured: their residual networks do not train at this rate."""
PRESET_STEPS, PRESET_BATCH, MANY_LAYERS = 4, 8, 400
JUDGED = ("vanishing", "exploding", "behind")


class Row(NamedTuple):
    """A network at a step: factors, updates of the halves and the largest, mean of the newest losses, kinds found."""

    name: str
    step: int
    whole: float | None
    pace: float | None
    first: float | None
    second: float | None
    most: float | None
    loss: float
    found: str

    def cells(self) -> str:
        """Write a row of the table."""
        numbers = (self.whole, self.pace, self.first, self.second, self.most, self.loss)
        written = ["–" if number is None else short(number) for number in numbers]
        return f"| {self.name} | {self.step} | {' | '.join(written)} | {self.found} |"


HEAD = "| network | step | gradient in all | a block | updates, first half | second half | largest | loss | judged |"
RULE = f"|---|{'---:|' * 7}---|"


def row_of(name: str, steps: Sequence[StepRecord], variant: int) -> Row:
    """Return what the last of some recorded steps shows of a variant."""
    last = steps[-1].variants[variant]
    record, course = last.record, course_of(last.record)
    places = trunk(record.schema)
    half = len(places) // 2
    most = most_updated(record)
    losses = [step.variants[variant].loss for step in steps[-10:]]
    return Row(
        name, record.step, course.factor, course.factor and each(course.factor, course.count),
        middle(record, half, first=True), middle(record, half, first=False), most and most[1], fmean(losses),
        ", ".join(finding.kind for finding in last.findings if finding.kind in JUDGED),
    )  # fmt: skip


def middle(record: Record, half: int, *, first: bool) -> float | None:
    """Return the median update of the weights in one half of the places; None where none was measured."""
    places = trunk(record.schema)
    found = updates_at(record, places[:half] if first else places[half:])
    return median(value for _, value in found) if found else None


def rows(request: dict[str, Any], names: Sequence[str]) -> Iterator[Row]:
    """Train, and yield the first and the last step of each network."""
    training = train(TrainingRequest.model_validate({**request, "eval_every": 0}))
    steps = list(training)
    training.close()
    for variant, name in enumerate(names):
        yield row_of(name, steps[:1], variant)
        if len(steps) > 1:
            yield row_of(name, steps, variant)


def table(depths: Sequence[int], steps: int) -> Iterator[Row]:
    """Measure plain and residual networks side by side, of each depth with each norm."""
    for norm, fields in NORMS.items():
        for depth in depths:
            names = [f"{kind}{depth}" for kind in ("plain", "resnet")]
            variants = [{"preset": name, **fields} for name in names]
            given = {"variants": variants, "steps": 1 if norm in BRIEF else steps}
            yield from rows(given, [f"{name}, {norm}" for name in names])


def presets(names: Sequence[str]) -> Iterator[Row]:
    """Measure presets alone, at their own size of images for ImageNet's and 8x8 for CIFAR's, on few images."""
    for name in names:
        preset = PRESETS[name].architecture
        size = 64 if preset.stem != "cifar" else None
        deep = preset.num_blocks > MANY_LAYERS
        given = {"variants": [{"preset": name}], "batch_size": PRESET_BATCH, "image_size": size}
        yield from rows({**given, "steps": 1 if deep else PRESET_STEPS}, [PRESETS[name].title])


def main() -> None:
    """Measure, print and append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depths", type=int, nargs="*", default=list(DEPTHS))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--presets", nargs="*", default=list(PRESETS))
    given = parser.parse_args()
    torch.set_num_threads(1)
    began = time.process_time()
    lines = [
        f"## {datetime.now(UTC):%Y-%m-%d}, torch {torch.__version__}, 1 thread",
        "",
        f"Digits at 8x8, batch 64, rate 0.005, momentum 0.9, seed 0, {given.steps} steps; the loss is the mean of the "
        "last ten. Updates are medians of ‖ΔW‖ / ‖W‖.",
        "",
        HEAD,
        RULE,
    ]
    for row in table(given.depths, given.steps):
        lines.append(row.cells())
        print(lines[-1], flush=True)
    lines += [
        "",
        f"Presets: batch {PRESET_BATCH}, {PRESET_STEPS} steps, images of 64x64 for the stems of ImageNet.",
        "",
        HEAD,
        RULE,
    ]
    for row in presets(given.presets):
        lines.append(row.cells())
        print(lines[-1], flush=True)
    lines += ["", f"Measured in {time.process_time() - began:.0f} s of one core."]
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
