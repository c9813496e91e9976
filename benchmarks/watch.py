"""Time of a watched training step over the bare step of the same network: ours, sent to a server that runs beside, and
other programs' ways, taking turns in one process; and the part of it that hands records to the sender."""

import argparse
import importlib
import importlib.util
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.recorder import Step, compare
from scripts.serving import serving
from skipscope import Recorder, watch
from skipscope.app.executors import malloc
from skipscope.model.watch.watching import Watch

RESULTS = Path(__file__).parent / "results" / "watch.md"
TOKEN = secrets.token_hex(16)
LIMITS = {"SKIPSCOPE_WRITE_TOKEN": TOKEN, "SKIPSCOPE_OUTSIDE_RUNS": "1000", "SKIPSCOPE_LOG_LEVEL": "error"}
BLOCKS = 9
LEARNT = 3
"""After so many steps a recorder knows where the network adds."""
HANDED = 2000
"""Steps of a tiny network, by which the sender's part of a step is measured."""
Way = Callable[[], AbstractContextManager[Step]]


class Block(nn.Module):
    """A basic block as torchvision writes it, with one activation module that runs twice and changes its input."""

    def __init__(self, inside: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inside, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        changes = stride > 1 or inside != width
        self.downsample = nn.Sequential(nn.Conv2d(inside, width, 1, stride, bias=False), nn.BatchNorm2d(width))
        if not changes:
            self.downsample = nn.Sequential()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output."""
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += self.downsample(x)
        return self.relu(out)


def resnet56() -> nn.Module:
    """Return a CIFAR ResNet of 56 layers that is no network of the library."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    inside = 16
    for width in (16, 32, 64):
        for number in range(BLOCKS):
            layers.append(Block(inside, width, 2 if number == 0 and width > 16 else 1))
            inside = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)).train()


class Case:
    """The network with an optimizer and one batch, and the ways to watch it."""

    def __init__(self, make: type[torch.optim.Optimizer], batch: int, url: str, folder: str) -> None:
        self.net = resnet56()
        options: dict[str, Any] = {"lr": 1e-3, **({"momentum": 0.9} if make is torch.optim.SGD else {})}
        self.optimizer = make(self.net.parameters(), **options)
        self._batch, self._url, self._folder = batch, url, folder
        self.draw()

    def draw(self) -> None:
        """Draw another batch."""
        self.images, self.labels = torch.randn(self._batch, 3, 32, 32), torch.randint(10, (self._batch,))

    def step(self) -> torch.Tensor:
        """Make one training step."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(self.net(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss

    @contextmanager
    def bare(self) -> Generator[Step]:
        """Train and measure nothing."""
        yield lambda: (self.step(), None)[1]

    @contextmanager
    def recorder(self) -> Generator[Step]:
        """Record each step, and send nothing."""
        with Recorder(self.net) as recorder:
            for _ in range(LEARNT):
                self.step()
                recorder.read()

            def step() -> None:
                self.step()
                recorder.read()

            yield step

    @contextmanager
    def _watched(self, **options: Any) -> Generator[Step]:
        with watch(self.net, self.optimizer, folder=self._folder, **options) as watched:
            for _ in range(LEARNT):
                watched.log(loss=self.step().detach())
            yield lambda: watched.log(loss=self.step().detach())
        if watched.file is not None:
            watched.file.unlink()

    def sent(self) -> AbstractContextManager[Step]:
        """Send each step to the server, as while somebody looks."""
        return self._watched(to=self._url, token=TOKEN, every=1)

    def filed(self) -> AbstractContextManager[Step]:
        """Write each step into a file."""
        return self._watched(to="", every=1)

    def unlooked(self) -> AbstractContextManager[Step]:
        """Watch while nobody looks, in a step that is not recorded."""
        return self._watched(to=self._url, token=TOKEN, every=lambda step: step == 0)

    @contextmanager
    def tensorboard(self) -> Generator[Step]:
        """Record each step and add its numbers to TensorBoard."""
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  (may not be installed)

        with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer, Recorder(self.net) as recorder:

            def step() -> None:
                self.step()
                record = recorder.read()
                if record is not None:
                    record.to_tensorboard(writer)

            yield step

    @contextmanager
    def wandb(self) -> Generator[Step]:
        """Watch gradients with wandb, offline, at every step."""
        wandb = importlib.import_module("wandb")
        with tempfile.TemporaryDirectory() as folder:
            run = wandb.init(mode="offline", dir=folder, settings=wandb.Settings(silent=True))
            run.watch(self.net, log="gradients", log_freq=1)

            def step() -> None:
                run.log({"loss": self.step().item()})

            yield step
            run.unwatch(self.net)
            run.finish()


def handed(url: str, folder: str) -> float:
    """Return the median of the seconds that a step takes beside its training and its recording: the sender's part."""
    net = nn.Sequential(*(nn.Linear(4, 4) for _ in range(160)))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    parts: list[float] = []
    with watch(net, optimizer, to=url, token=TOKEN, every=1, folder=folder) as watched:
        read, step = watched._recorder.read, watched._step  # pyright: ignore[reportPrivateUsage]
        reading = 0.0

        def timed_read() -> Any:
            nonlocal reading
            started = time.perf_counter()
            record = read()
            reading = time.perf_counter() - started
            return record

        def timed_step(_: Watch) -> None:
            started = time.perf_counter()
            step()
            parts.append(time.perf_counter() - started - reading)

        watched._recorder.read = timed_read  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        watched._step = timed_step.__get__(watched)  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        for _ in range(HANDED):
            optimizer.zero_grad()
            loss = net(torch.ones(2, 4)).sum()
            loss.backward()
            optimizer.step()
            watched.log(loss=loss)
    if watched.file is not None:
        watched.file.unlink()
    return statistics.median(parts)


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument(
        "--cpu", action="store_true", help="time of the processor, on a machine that others use as well"
    )
    parser.add_argument("--quick", action="store_true", help="only ours; do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    malloc.keep_freed()
    clock = time.process_time if options.cpu else time.perf_counter
    lines: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", environment={**LIMITS, "SKIPSCOPE_THREADS": "1"}) as (url, _),
    ):
        for make in (torch.optim.SGD, torch.optim.AdamW):
            case = Case(make, options.batch, url, folder)
            ways: dict[str, Way] = {"bare": case.bare, "bare again": case.bare, "recorder alone": case.recorder}
            ways |= {"watch, each step sent": case.sent, "watch, into a file": case.filed}
            ways |= {"watch, a step that is not recorded": case.unlooked}
            if not options.quick:
                for name, way in (("tensorboard", case.tensorboard), ("wandb", case.wandb)):
                    if importlib.util.find_spec(name):
                        ways[name] = way
            found = compare(ways, options.rounds, case.draw, clock)
            if not lines:
                lines += [
                    f"| ResNet-56 | bare | {' | '.join(list(ways)[1:])} |",
                    "|---|---|" + "---|" * (len(ways) - 1),
                ]
                print("\n".join(lines))
            ratios = " | ".join(f"{found[way][1]:.3f}" for way in list(ways)[1:])
            lines.append(f"| {make.__name__}, batch {options.batch} | {found['bare'][0] * 1e3:.0f} ms | {ratios} |")
            print(lines[-1], flush=True)
        lines.append(
            f"\nHanding a record of 160 taps to the sender: {handed(url, folder) * 1e6:.0f} µs a step (median)."
        )
        print(lines[-1])
    if not options.quick:
        load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        head = f"\n## {datetime.now(UTC):%Y-%m-%d}, {options.threads} threads, {options.rounds} rounds, {load}"
        head += ", time of the processor on a shared machine\n\n" if options.cpu else "\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
