"""Time of a recorded training step over the bare step of the same network, interleaved in one process."""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from model import Recorder, ResNet, preset
from model.blocks import Fork, Junction

RESULTS = Path(__file__).parent / "results" / "recorder.md"
CASES = {
    "ResNet-56, batch 32": ("resnet56", {}, 32),
    "ResNet-56, batch 128": ("resnet56", {}, 128),
    "ResNet-18 64x64, batch 8": ("resnet18", {"image_size": 64, "num_classes": 10}, 8),
}


def bare(net: nn.Module, optimizer: torch.optim.Optimizer, images: torch.Tensor, labels: torch.Tensor) -> None:
    """Make one training step."""
    optimizer.zero_grad(set_to_none=True)
    nn.functional.cross_entropy(net(images), labels).backward()
    optimizer.step()


def notebook(net: nn.Module, step: Callable[[], None]) -> None:
    """Measure as notebooks do: a hook on each leaf module that takes the mean magnitude to the host at once."""
    found: list[float] = []
    handles = [
        module.register_forward_hook(lambda m, i, output: found.append(output.abs().mean().item()))
        for module in net.modules()
        if not list(module.children()) and not isinstance(module, Fork | Junction)
    ]
    step()
    for handle in handles:
        handle.remove()


def compare(ways: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Return each way's median time over that of the first, in rounds that take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - started)
    first = next(iter(times))
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {name: median / medians[first] for name, median in medians.items()} | {"seconds": medians[first]}


def main() -> None:
    """Print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="leave out the peers and do not write the results")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows: list[str] = []
    for title, (name, overrides, batch) in CASES.items():
        net = ResNet(preset(name, **overrides)).train()
        a = net.architecture
        images = torch.randn(batch, a.in_channels, a.image_size, a.image_size)
        labels = torch.randint(a.num_classes, (batch,))
        optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
        step = lambda n=net, o=optimizer, i=images, t=labels: bare(n, o, i, t)  # noqa: E731

        def recorded(n: nn.Module = net, s: Callable[[], None] = step, r: Recorder = Recorder(net)) -> None:
            with r:
                s()
                r.read()

        ways = {"bare": step, "Skipscope, all measures": recorded}
        if not options.quick:
            ways["notebook hooks"] = lambda n=net, s=step: notebook(n, s)
        for way in ways.values():
            way()
        found = compare(ways, options.rounds)
        cells = " | ".join(f"{found[way]:.3f}" for way in ways if way != "bare")
        rows.append(f"| {title} | {found['seconds'] * 1e3:.0f} ms | {cells} |")
        print(rows[-1], flush=True)


if __name__ == "__main__":
    main()
