"""Measure what a point of a loss landscape takes, against the authors' procedure as a plain script on the same threads
(Li et al. 2018: set the weights, evaluate, repeat). Prints a table and appends it to results/landscape.md.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from skipscope import ResNet, preset
from skipscope.model.data.loader import load
from skipscope.model.experiments.landscape.directions import Direction, draw_direction
from skipscope.model.experiments.landscape.events import planes_of

RESULTS = Path(__file__).parent / "results" / "landscape.md"
BATCH = 128
"""The batch of the authors' program."""
CASES = (("resnet20", "digits", 512), ("resnet56", "digits", 512), ("resnet20", "photos", 128))
Batches = Iterable[tuple[Tensor, Tensor]]


class Pixels(Dataset[tuple[Tensor, Tensor]]):
    """Images that are normalised one by one when they are asked for, as those of the authors' program are."""

    def __init__(self, pixels: Tensor, labels: Tensor, mean: Tensor, deviation: Tensor) -> None:
        self._pixels, self._labels = pixels, labels
        self._mean, self._deviation = mean[0], deviation[0]

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return (self._pixels[index] - self._mean) / self._deviation, self._labels[index]


class Script:
    """The procedure as a plain script has it: weights set tensor by tensor, then all batches one after the other."""

    def __init__(self, net: nn.Module, directions: tuple[Direction, Direction]) -> None:
        self._net = net
        self._weights = {name: parameter.detach().clone() for name, parameter in net.named_parameters()}
        self._directions = [
            {name: one.get(name, torch.zeros_like(weight)) for name, weight in self._weights.items()}
            for one in directions
        ]

    @torch.no_grad()
    def at(self, a: float, b: float, batches: Batches) -> float:
        """Return the loss at a point."""
        one, two = self._directions
        for name, parameter in self._net.named_parameters():
            parameter.data = self._weights[name] + (one[name] * a + two[name] * b)
        total, right, count = 0.0, 0, 0
        for images, labels in batches:
            logits = self._net(images)
            total += nn.functional.cross_entropy(logits, labels).item() * len(labels)
            right += int((logits.argmax(1) == labels).sum())
            count += len(labels)
        return total / count


class Row(NamedTuple):
    """Seconds that a point takes, round by round: ours, and the script's by where its images come from."""

    name: str
    own: list[float]
    script: list[list[float]]

    def cells(self) -> str:
        """Write a row of the table: medians, and the median of the ratios of each round."""
        cells = [f"{1000 * median(self.own):.1f}"]
        for times in self.script:
            ratio = median(theirs / own for own, theirs in zip(self.own, times, strict=True))
            cells.append(f"{1000 * median(times):.1f} ({ratio:.2f})")
        return f"| {self.name} | {' | '.join(cells)} |"


HEAD = "| network, images | ours, ms a point | script: tensors | DataLoader | DataLoader that normalises |"
RULE = f"|---|{'---:|' * 4}"


def measured(name: str, dataset: str, count: int, repeats: int) -> Row:
    """Measure a network in turns, so that all see the same machine."""
    data = load(dataset)
    net = ResNet(preset(name, in_channels=data.info.in_channels, image_size=data.info.image_size, num_classes=10))
    net.train()
    images, labels = data.train_images[:count], data.train_labels[:count]
    with torch.no_grad():
        net(images[:64])  # statistics of the norms
    net.eval().requires_grad_(False)
    planes, num_threads = planes_of(net, images, labels, seed=0), torch.get_num_threads()
    generator = torch.Generator().manual_seed(0)
    script = Script(net, (draw_direction(net, generator), draw_direction(net, generator)))
    points = [(0.1, -0.05)] * num_threads
    pixels = Pixels(data.train_pixels[:count], labels, data.mean, data.deviation)
    sources: tuple[Batches, ...] = (
        list(zip(images.split(BATCH), labels.split(BATCH), strict=True)),
        DataLoader(TensorDataset(images, labels), batch_size=BATCH), DataLoader(pixels, batch_size=BATCH),
    )  # fmt: skip
    own, theirs = planes.at(points)[0][0], script.at(*points[0], sources[2])
    assert abs(own - theirs) < 1e-3 * theirs, (own, theirs)
    works: list[Callable[[], object]] = [lambda: planes.at(points)]
    works += [lambda source=source: script.at(*points[0], source) for source in sources]
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, times in zip(works, taken, strict=True):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    taken[0] = [one / num_threads for one in taken[0]]
    return Row(f"{name}, {count} of {dataset}", taken[0], taken[1:])


def main() -> None:
    """Measure, print and append."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    lines = [f"## {datetime.now(UTC):%Y-%m-%d}, torch {torch.__version__}", ""]
    for threads in given.threads:
        torch.set_num_threads(threads)
        lines += [
            f"{threads} thread{'s' if threads > 1 else ''}; in brackets over ours in the same round:",
            "",
            HEAD,
            RULE,
        ]
        for name, dataset, count in CASES:
            lines.append(measured(name, dataset, count, given.repeats).cells())
            print(threads, lines[-1], flush=True)
        lines.append("")
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
