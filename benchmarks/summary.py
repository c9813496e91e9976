"""Time and peak memory of a network's summary: ours from the description alone, and the usual ways, which run a
built net. All take turns in one process; medians, and ratios to ours. All count the same multiply-accumulates.
"""

import argparse
import ctypes
import gc
import logging
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import fvcore
import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode

from skipscope import Architecture, ResNet, preset, summarize

RESULTS = Path(__file__).parent / "results" / "summary.md"
CASES = {"resnet18": "ResNet-18", "resnet152": "ResNet-152", "resnet1202": "ResNet-1202"}
Way = Callable[[], int | None]
"""Make a summary; return its multiply-accumulates, or nothing where others than those of weights are counted."""

AT_LEAST = 0.05
TOTALS, OURS, WIRE = "Skipscope, totals", "Skipscope, all layers", "Skipscope, layers, edges and blocks as JSON's dict"


class Case:
    """A network, described and built, for every way alike. Building is not counted for those who need the net."""

    def __init__(self, name: str) -> None:
        self.description = preset(name).model_dump()
        a = self.architecture = preset(name)
        self.shape = (1, a.in_channels, a.image_size, a.image_size)
        self.net = ResNet(a).eval()
        with torch.device("meta"):
            self.meta = ResNet(a, torch.Generator("cpu")).eval()
        self.ways: dict[str, Way] = {
            OURS: self.ours,
            TOTALS: self.totals,
            WIRE: self.wire,
            "torchinfo": lambda: self.torchinfo("cpu"),
            "fvcore": lambda: self.fvcore(self.net, "cpu"),
            "FlopCounterMode": lambda: self.flop_counter(self.net, "cpu"),
            "FlopCounterMode, meta device": lambda: self.flop_counter(self.meta, "meta"),
        }

    def totals(self) -> int:
        """Check the description and give the figures of the whole net."""
        return summarize(Architecture.model_validate(self.description)).totals["macs"]

    def ours(self) -> int:
        """Check the description and list every layer with its shapes and costs, as torchinfo does."""
        return sum(layer.macs for layer in summarize(Architecture.model_validate(self.description)).graph.layers)

    def wire(self) -> int:
        """Check the description and make what the API sends."""
        data = summarize(Architecture.model_validate(self.description)).to_dict()
        return sum(layer["macs"] for layer in data["layers"])

    def torchinfo(self, device: str) -> None:
        """List every layer, as torchinfo's table does, without writing the table."""
        # it counts biases and norms among the multiply-accumulates
        torchinfo.summary(self.net, input_size=self.shape, device=device, verbose=0, depth=10)

    def fvcore(self, net: torch.nn.Module, device: str) -> int:
        """Trace the net and count by operator."""
        found = FlopCountAnalysis(net, torch.zeros(self.shape, device=device))
        counts = found.unsupported_ops_warnings(False).uncalled_modules_warnings(False).by_operator()
        return int(counts["conv"] + counts["linear"])

    def flop_counter(self, net: torch.nn.Module, device: str) -> int:
        """Run the net under torch's counter; a multiply-accumulate is two flops there."""
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            net(torch.zeros(self.shape, device=device))
        return counter.get_total_flops() // 2


class Times(NamedTuple):
    """Seconds a call: `first`, after the other ways had the processor's caches, and of those that follow."""

    first: float
    following: float


def compare(case: Case, rounds: int, seconds: float) -> dict[str, Times]:
    """Return the medians of each way's seconds, from rounds that take turns; the first round is not counted."""
    times: dict[str, list[Times]] = {name: [] for name in case.ways}
    began = time.monotonic()
    for number in range(rounds + 1):
        for name, way in case.ways.items():
            gc.collect()
            found = timed(way, case.totals())
            if number:
                times[name].append(found)
        if number and time.monotonic() - began > seconds:
            break
    return {name: Times(*map(statistics.median, zip(*found, strict=True))) for name, found in times.items()}


def timed(way: Way, macs: int) -> Times:
    """Call a way once, then again for at least 50 ms; it has to count these multiply-accumulates."""
    calls: list[float] = []
    while len(calls) < 2 or sum(calls[1:]) < AT_LEAST:
        started = time.perf_counter()
        found = way()
        calls.append(time.perf_counter() - started)
        assert found in (None, macs), found
    return Times(calls[0], statistics.median(calls[1:]))


def peak(way: Way) -> int:
    """Return the most bytes that a way holds at a time: the larger of what Python and the system count."""
    gc.collect()
    tracemalloc.start()
    way()
    counted = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gc.collect()
    return max(counted, _resident_peak(way))


def _resident_peak(way: Way) -> int:
    """Return how far the resident memory rises; Linux alone lets its high-water mark be set back."""
    if platform.system() != "Linux":
        return 0
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    way()
    return _status("VmHWM") - before


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def table(title: str, times: dict[str, Times], memory: dict[str, int]) -> list[str]:
    """Write a network's table."""
    lines = [
        f"### {title}", "", "| way | time | over ours | first call | over ours | peak memory | over ours |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]  # fmt: skip
    ours = times[OURS]
    for name, (first, following) in times.items():
        lines.append(
            f"| {name} | {following * 1e3:,.2f} ms | {following / ours.following:,.2f} "
            f"| {first * 1e3:,.2f} ms | {first / ours.first:,.2f} "
            f"| {memory[name] / 2**20:,.2f} MiB | {memory[name] / memory[OURS]:,.2f} |"
        )
    return [*lines, ""]


def main() -> None:
    """Print the tables and append them to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="at most so many")
    parser.add_argument("--seconds", type=float, default=60, help="a network, then no further round begins")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [
        f"## {datetime.now(UTC):%Y-%m-%d}, {options.threads} threads{load}", "",
        f"Python {platform.python_version()}, torch {torch.__version__}, torchinfo {torchinfo.__version__}, "
        f"fvcore {fvcore.__version__}. One image; the net is built before the clock starts. First call: "
        "after the other ways had their turn, with cold caches.", "",
    ]  # fmt: skip
    print("\n".join(lines))
    for name, title in CASES.items():
        case = Case(name)
        times = compare(case, options.rounds, options.seconds)
        found = table(title, times, {way: peak(make) for way, make in case.ways.items()})
        print("\n".join(found), flush=True)
        lines += found
    if not options.dry:
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
