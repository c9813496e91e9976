"""Time and peak memory of experiments, and of the obvious way, which changes the network, runs all of it, and begins
anew: both take turns in one process, and find the same numbers. Medians and ratios; memory is that of processes of
their own."""

import argparse
import math
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import torch
from torch import Tensor, nn

from skipscope import ResNet, preset
from skipscope.app.executors import malloc
from skipscope.model.data.loader import load
from skipscope.model.experiments.lesions.surgery import Surgery
from skipscope.model.experiments.paths.cut import Cut
from skipscope.model.experiments.paths.events import drawn_paths
from skipscope.model.network.blocks import Block, Junction

RESULTS = Path(__file__).parent / "results" / "experiments.md"
TOLERANCE = 1e-3
Way = Callable[[], list[float]]
"""A way to the numbers of an experiment."""


class Comparison(NamedTuple):
    """Both ways to the same numbers, of one network."""

    ours: Way
    obvious: Way


def network(name: str) -> tuple[ResNet, Tensor, Tensor]:
    """Return a network for the digits, with the statistics of their first images, and the images held out."""
    data = load("digits")
    net = ResNet(preset(name, image_size=data.image_size, in_channels=1, num_classes=10)).train()
    with torch.no_grad():
        net(data.train_images[:256])
    return net.requires_grad_(False).eval(), data.test_images, data.test_labels


def lesions(name: str) -> Comparison:
    """Delete each block of a network in turn, on the images held out: the loss without it."""
    net, images, labels = network(name)

    def ours() -> list[float]:
        surgery = Surgery(net, images, labels)
        return [surgery.without({block})[0] for block in surgery.deletable]

    def obvious() -> list[float]:
        found: list[float] = []
        for block in net.blocks.values():
            shortcut = partial(_shortcut_alone, block)
            with mock.patch.object(block, "forward", shortcut), torch.no_grad():
                found.append(nn.functional.cross_entropy(net(images), labels).item())
        return found

    return Comparison(ours, obvious)


def _shortcut_alone(block: Block, x: Tensor) -> Tensor:
    return block.leave(block.alone(block.enter(x)))


def paths(name: str) -> Comparison:
    """Take one path of each length back through a network, on a batch of 64: the norm of its gradient."""
    net, images, labels = network(name)
    images, labels = images[:64], labels[:64]
    blocks = list(net.blocks.values())
    lengths = list(range(len(blocks) + 1))
    ranks = torch.rand(len(lengths), len(blocks), generator=torch.Generator().manual_seed(0)).argsort(1).argsort(1)
    through = ranks < torch.tensor(lengths)[:, None]

    def ours() -> list[float]:
        cut = Cut(net, images, labels)
        found: list[tuple[int, float]] = []
        for piece in drawn_paths(cut, lengths, torch.Generator().manual_seed(0)):
            found += piece
        return [log_norm for _, log_norm in sorted(found)]

    def obvious() -> list[float]:
        found: list[float] = []
        for chosen in through.tolist():
            with mock.patch.multiple(
                Junction, forward=_one_path(dict(zip(map(_junction, blocks), chosen, strict=True)))
            ):
                x = net.enter_trunk(images).detach().requires_grad_()
                y = x
                for block in blocks:
                    y = block(y)
                nn.functional.cross_entropy(net.leave_trunk(y), labels).backward()
            assert x.grad is not None
            found.append(math.log10(x.grad.norm().item()))
        return found

    return Comparison(ours, obvious)


def _junction(block: Block) -> nn.Module:
    return block.junction


def _one_path(taken: dict[nn.Module, bool]) -> Callable[[Junction, Tensor, Tensor], Tensor]:
    """Return an addition whose gradient takes F alone, or the shortcut alone."""

    def forward(junction: Junction, residual: Tensor, identity: Tensor) -> Tensor:
        return residual + identity.detach() if taken[junction] else residual.detach() + identity

    return forward


CASES: dict[str, Callable[[], Comparison]] = {
    "lesions of ResNet-20, each block": partial(lesions, "resnet20"),
    "lesions of ResNet-56, each block": partial(lesions, "resnet56"),
    "paths of ResNet-20, one of each length": partial(paths, "resnet20"),
    "paths of ResNet-56, one of each length": partial(paths, "resnet56"),
}
"""The comparisons by their names; another experiment is another line."""


class Measured(NamedTuple):
    """Medians of the seconds of both ways, and of the obvious way's over ours in the same round; the peaks in bytes."""

    ours: float
    obvious: float
    ratio: float
    our_peak: int
    obvious_peak: int


def measure(make: Callable[[], Comparison], rounds: int, threads: int) -> Measured:
    """Compare both ways, in turns; the first round is not counted, and looks whether they find the same."""
    both = make()
    for own, other in zip(both.ours(), both.obvious(), strict=True):
        assert math.isclose(own, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE), (own, other)
    times = [(_seconds(both.ours), _seconds(both.obvious)) for _ in range(rounds)]
    peaks = [_apart(make, way, threads) for way in ("ours", "obvious")]
    return Measured(
        statistics.median(own for own, _ in times), statistics.median(other for _, other in times),
        statistics.median(other / own for own, other in times), *peaks,
    )  # fmt: skip


def _seconds(way: Way) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def _apart(make: Callable[[], Comparison], way: str, threads: int) -> int:
    """Return how much memory a way takes at its peak, above what its network and images take, in its own process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (make, way, threads))


def _peak(make: Callable[[], Comparison], way: str, threads: int) -> int:
    torch.set_num_threads(threads)
    both = make()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before = _memory("VmRSS")
    getattr(both, way)()
    return _memory("VmHWM") - before


def _memory(name: str) -> int:
    """Return the memory of this process, VmRSS now and VmHWM at its peak, where the kernel is Linux."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="cases with this in their name; do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    malloc.keep_freed()
    head = "| experiment | obvious way | ours | obvious / ours | peak memory, obvious | ours |"
    lines = [head, "|---|---|---|---|---|---|"]
    print("\n".join(lines))
    for title, make in CASES.items():
        if options.only not in title:
            continue
        found = measure(make, options.rounds, options.threads)
        lines.append(
            f"| {title} | {found.obvious:.2f} s | {found.ours:.2f} s | {found.ratio:.2f} | "
            f"{found.obvious_peak / 1e6:.0f} MB | {found.our_peak / 1e6:.0f} MB |"
        )
        print(lines[-1], flush=True)
    if not options.only:
        load_now = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        title = f"\n## {datetime.now(UTC):%Y-%m-%d}, {options.threads} threads, {options.rounds} rounds, {load_now}\n\n"
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(title + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
