"""Time of a recorded training step over the bare step of the same network: ours and the usual ways, taking turns in
one process; medians and ratios. Ways that are not installed are left out."""

import argparse
import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from torch import nn

from skipscope import SGD, Recorder, ResNet, preset
from skipscope.app.executors import malloc
from skipscope.model.measure import native
from skipscope.model.network.blocks import Fork, Junction

RESULTS = Path(__file__).parent / "results" / "recorder.md"
CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "ResNet-56, batch 32": ("resnet56", {}, 32),
    "ResNet-56, batch 128": ("resnet56", {}, 128),
    "ResNet-18 64x64, batch 8": ("resnet18", {"image_size": 64, "num_classes": 10}, 8),
}
STEPS = 3
Step = Callable[[], None]
Clock = Callable[[], float]
Way = Callable[[], AbstractContextManager[Step]]
"""A set-up before the loop, which returns the step of the loop."""


class Case:
    """A network with its optimizer and one batch."""

    def __init__(self, name: str, overrides: dict[str, Any], batch: int) -> None:
        self.net = ResNet(preset(name, **overrides)).train()
        a = self.net.architecture
        self._shape, self._num_classes = (batch, a.in_channels, a.image_size, a.image_size), a.num_classes
        self.draw()
        weights, rates = list(self.net.parameters()), dict[str, Any](lr=1e-3, momentum=0.9)
        self.torch_sgd = torch.optim.SGD(weights, **rates)
        self.fused_sgd = torch.optim.SGD(weights, **rates, fused=True)
        self.our_sgd = SGD(weights, **rates)
        self.recorder = Recorder(self.net)
        self._slow_recorder: Recorder | None = None

    def draw(self) -> None:
        """Draw another batch: on one that is known by heart gradients vanish, and with them the updates."""
        self.images, self.labels = torch.randn(self._shape), torch.randint(self._num_classes, self._shape[:1])

    def step(self, optimizer: torch.optim.Optimizer | None = None) -> None:
        """Make one training step, by default with torch's SGD as it is."""
        optimizer = optimizer or self.torch_sgd
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(self.net(self.images), self.labels).backward()
        optimizer.step()

    @contextmanager
    def bare(self) -> Generator[Step]:
        """Train and measure nothing."""
        yield self.step

    @contextmanager
    def fused(self) -> Generator[Step]:
        """Train with torch's fused SGD and measure nothing."""
        yield lambda: self.step(self.fused_sgd)

    @contextmanager
    def ours(self, optimizer: torch.optim.Optimizer | None = None) -> Generator[Step]:
        """Record all measures at all taps, at every step."""
        with self.recorder as recorder:

            def step() -> None:
                self.step(optimizer)
                assert recorder.read() is not None

            yield step

    def ours_with_sgd(self) -> AbstractContextManager[Step]:
        """Record the same with the SGD that tells of its steps."""
        return self.ours(self.our_sgd)

    @contextmanager
    def not_compiled(self) -> Generator[Step]:
        """Record the same with torch's operations, as where there is no compiler."""
        compiled = self.recorder
        with mock.patch.object(native, "load", lambda: None):
            self.recorder = self._slow_recorder = self._slow_recorder or Recorder(self.net)
            with self.ours() as step:
                yield step
        self.recorder = compiled

    @contextmanager
    def notebook(self) -> Generator[Step]:
        """Take the mean magnitude of each leaf's output to the host at once, by a hook, as notebooks do."""
        found: list[float] = []

        def hook(module: nn.Module, args: Any, output: torch.Tensor) -> None:
            found.append(output.abs().mean().item())

        leaves = [m for m in self.net.modules() if not list(m.children()) and not isinstance(m, Fork | Junction)]
        handles = [leaf.register_forward_hook(hook) for leaf in leaves]
        yield self.step
        for handle in handles:
            handle.remove()

    @contextmanager
    def tensorboard(self) -> Generator[Step]:
        """Write a histogram of each weight and gradient, as TensorBoard's tutorial does."""
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  (may not be installed)

        with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer:

            def step() -> None:
                self.step()
                for name, parameter in self.net.named_parameters():
                    writer.add_histogram(name, parameter, 0)
                    writer.add_histogram(f"{name}.gradient", parameter.grad, 0)

            yield step

    @contextmanager
    def wandb(self) -> Generator[Step]:
        """Watch weights and gradients with wandb, offline, at every step."""
        wandb = importlib.import_module("wandb")
        with tempfile.TemporaryDirectory() as folder:
            run = wandb.init(mode="offline", dir=folder, settings=wandb.Settings(silent=True))
            run.watch(self.net, log="all", log_freq=1)

            def step() -> None:
                self.step()
                run.log({})

            yield step
            run.unwatch(self.net)
            run.finish()


def compare(
    ways: dict[str, Way], rounds: int, draw: Step, clock: Clock = time.perf_counter
) -> dict[str, tuple[float, float]]:
    """Return for each way the median of its seconds, and of its ratio to the bare step of the same round.

    In a round the ways take turns; each makes a step that is not counted, and then some that are, on batches that
    `draw` makes.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            with way() as step:
                step()
                taken = [timed(step, draw, clock) for _ in range(STEPS)]
            if number:
                times[name].append(statistics.median(taken))
    bare = times["bare"]
    return {
        name: (statistics.median(own), statistics.median(a / b for a, b in zip(own, bare, strict=True)))
        for name, own in times.items()
    }


def timed(step: Step, draw: Step, clock: Clock = time.perf_counter) -> float:
    """Return the seconds of a step on a new batch, whose making is not counted."""
    draw()
    started = clock()
    step()
    return clock() - started


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="only ours; do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # for all ways alike: what the kernel takes for memory depends on the layout of the heap, from round to round
    malloc.keep_freed()
    lines: list[str] = []
    for title, given in CASES.items():
        case = Case(*given)
        ways: dict[str, Way] = {"bare": case.bare, "bare again": case.bare, "bare, fused SGD": case.fused}
        ways |= {"Skipscope": case.ours, "Skipscope, its SGD": case.ours_with_sgd}
        if not options.quick:
            ways |= {"Skipscope, not compiled": case.not_compiled, "notebook hooks": case.notebook}
            for name, way in (("tensorboard", case.tensorboard), ("wandb", case.wandb)):
                if importlib.util.find_spec(name):
                    ways[name] = way
        found = compare(ways, options.rounds, case.draw)
        if not lines:
            lines += [f"| case | bare | {' | '.join(list(ways)[1:])} |", "|---|---|" + "---|" * (len(ways) - 1)]
            print("\n".join(lines))
        ratios = " | ".join(f"{found[way][1]:.3f}" for way in list(ways)[1:])
        lines.append(f"| {title} | {found['bare'][0] * 1e3:.0f} ms | {ratios} |")
        print(lines[-1], flush=True)
    if not options.quick:
        load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        head = f"\n## {datetime.now(UTC):%Y-%m-%d}, {options.threads} threads, {options.rounds} rounds, {load}\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
