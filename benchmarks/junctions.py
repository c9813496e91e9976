"""Time of a recorded step over the bare step of a network that is not ours, a ResNet-56 as torchvision writes them, by
the places that are recorded; under SGD and under AdamW, which does not tell its updates."""

import argparse
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.recorder import Step, Way, compare
from skipscope import Recorder
from skipscope.app.executors import malloc

RESULTS = Path(__file__).parent / "results" / "junctions.md"
PLACES: dict[str, dict[str, Any]] = {"additions": {}, "leaves": {"at": "leaves"}, "weights alone": {"taps": "fc"}}


class Block(nn.Module):
    """Two convolutions, and an addition in place."""

    def __init__(self, inside: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(nn.Conv2d(inside, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(x + F(x))."""
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class Net(nn.Module):
    """ResNet-56 for images of 32x32."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        self.relu = nn.ReLU(inplace=True)
        widths = [16] * 10 + [32] * 9 + [64] * 9
        self.layers = nn.Sequential(*[Block(a, b, 1 if a == b else 2) for a, b in pairwise(widths)])
        self.fc = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits."""
        return self.fc(self.layers(self.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


class Case:
    """The network with an optimizer and one batch."""

    def __init__(self, optimizer: type[torch.optim.Optimizer], batch: int, **options: Any) -> None:
        torch.manual_seed(0)
        self.net, self.batch = Net(), batch
        self.optimizer = optimizer(self.net.parameters(), **options)
        self.recorders = {name: Recorder(self.net, **places) for name, places in PLACES.items()}
        self.draw()

    def draw(self) -> None:
        """Draw another batch."""
        self.images, self.labels = torch.randn(self.batch, 3, 32, 32), torch.randint(10, (self.batch,))

    def step(self) -> None:
        """Make one training step."""
        self.optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(self.net(self.images), self.labels).backward()
        self.optimizer.step()

    @contextmanager
    def bare(self) -> Generator[Step]:
        """Train and measure nothing."""
        yield self.step

    @contextmanager
    def recorded(self, name: str) -> Generator[Step]:
        """Record every step at some places."""
        with self.recorders[name] as recorder:

            def step() -> None:
                self.step()
                assert recorder.read() is not None

            yield step

    def ways(self) -> dict[str, Way]:
        """Return all ways of a round."""
        named: dict[str, Way] = {name: partial[AbstractContextManager[Step]](self.recorded, name) for name in PLACES}
        return {"bare": self.bare, "bare again": self.bare, **named}


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument(
        "--cpu", action="store_true", help="time of the processor, on a machine that others use as well"
    )
    parser.add_argument("--quick", action="store_true", help="do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    malloc.keep_freed()
    clock = time.process_time if options.cpu else time.perf_counter
    lines = [f"| ResNet-56, batch {options.batch} | bare | bare again | {' | '.join(PLACES)} |", "|---|" + "---|" * 5]
    print("\n".join(lines))
    optimizers: dict[str, tuple[type[torch.optim.Optimizer], dict[str, Any]]] = {
        "SGD with momentum": (torch.optim.SGD, {"lr": 1e-3, "momentum": 0.9}),
        "AdamW": (torch.optim.AdamW, {"lr": 1e-4}),
    }
    for title, (optimizer, rates) in optimizers.items():
        case = Case(optimizer, options.batch, **rates)
        found = compare(case.ways(), options.rounds, case.draw, clock)
        ratios = " | ".join(f"{found[name][1]:.3f}" for name in ("bare again", *PLACES))
        lines.append(f"| {title} | {found['bare'][0] * 1e3:.0f} ms | {ratios} |")
        print(lines[-1], flush=True)
    if not options.quick:
        head = f"\n## {datetime.now(UTC):%Y-%m-%d}, {options.threads} threads, {options.rounds} rounds"
        head += ", time of the processor on a shared machine\n\n" if options.cpu else "\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
