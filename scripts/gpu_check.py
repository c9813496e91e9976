"""Check on a GPU that probes, runs, checkpoints, the recorder and workers do there what they do on the CPU.

    .venv/bin/python scripts/gpu_check.py            # the best device that torch finds
    .venv/bin/python scripts/gpu_check.py --device mps

Ends with 0 where all holds, with 1 where something does not, with 2 where there is no such device.
"""

import argparse
import asyncio
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import torch
from torch import nn

from skipscope import ProbeRequest, Recorder, TrainingRequest, probe
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.placement import Placement
from skipscope.model.describe.devices import DeviceName
from skipscope.model.describe.words import FieldError
from skipscope.model.train.device import device_of, prepare
from skipscope.model.train.estimate import estimate_training
from skipscope.model.train.kinds import TRAINING
from skipscope.model.train.training import Training

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 16, "depths": [2, 2], "widths": [16, 32]}
DEEP = {**SMALL, "depths": [8, 8]}
NETS: dict[str, dict[str, Any]] = {
    "batch norm": SMALL,
    "no norm, far down": {"preset": "plain56", "norm": "none", "init": "xavier_normal"},
    "groups, pre-activation": {**SMALL, "norm": "group", "order": "pre_activation", "activation": "gelu"},
    "dropped blocks": {**SMALL, "stochastic_depth": 0.5},
    "gates": {**SMALL, "shortcut": "exclusive_gating", "norm": "none"},
}
EXACT, LOOSE = 5e-3, 0.1
"""Part of a number by which devices may differ: at the same weights; after steps, or in bfloat16."""
STEPS = 5
LARGE = {"variants": [{"preset": "resnet50"}], "dataset": "digits", "image_size": 64, "batch_size": 64, "steps": 3}


class Check:
    """All checks of one device; each yields what is wrong, or nothing."""

    def __init__(self, device: DeviceName) -> None:
        self.name: DeviceName = device
        self.device = device_of(device)

    def probes(self) -> Iterator[str]:
        """Measure at initialisation on both."""
        for name, net in NETS.items():
            here, there = (probe(_probe(net, device))["variants"][0] for device in (self.name, "cpu"))
            for measure, column in here["values"].items():
                yield from _differences(f"{name}: {measure}", column, there["values"][measure], EXACT)

    def runs(self) -> Iterator[str]:
        """Train with each optimizer and precision on both, and on the device twice: there to the last bit."""
        for optimizer in ("sgd", "adam", "adamw"):
            for precision in ("float32", "bfloat16"):
                fields = {"variants": [SMALL], "optimizer": optimizer, "precision": precision, "lr": 1e-3}
                first, again, there = (_losses(fields, device) for device in (self.name, self.name, "cpu"))
                where = f"{optimizer}, {precision}"
                if first != again:
                    yield f"{where}: the same run has other losses: {first} and {again}"
                yield from _differences(f"{where}: loss", first, there, LOOSE)

    def checkpoints(self) -> Iterator[str]:
        """Go on from a checkpoint on the other device."""
        for start, end in ((self.name, "cpu"), ("cpu", self.name)):
            training = _training({"variants": [SMALL], "optimizer": "adam"}, start)
            training.advance()
            resumed = Training(_request({"variants": [SMALL], "optimizer": "adam"}, end), training.checkpoint(0))
            ours, theirs = resumed.advance(record=True), training.advance(record=True)
            assert ours is not None and theirs is not None
            yield from _differences(f"{start} to {end}", [ours.variants[0].loss], [theirs.variants[0].loss], LOOSE)

    def recorder(self) -> Iterator[str]:
        """Record a network of somebody else's on both."""
        columns: list[dict[str, Any]] = []
        for device in (self.device, torch.device("cpu")):
            draw = torch.Generator().manual_seed(1)
            torch.manual_seed(1)
            net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 4)).to(device)
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
            images = torch.randn(16, 3, 8, 8, generator=draw).to(device)
            with Recorder(net) as recorder:
                net(images).square().mean().backward()
                optimizer.step()
                record = recorder.read()
            assert record is not None
            columns.append(record.to_dict())
        for measure, column in columns[0].items():
            yield from _differences(measure, column, columns[1][measure], EXACT)

    def waiting(self) -> Iterator[str]:
        """Count how often a recorded step waits for the device, in a shallow and in a deep network."""
        if self.name != "cuda":
            return
        counts = [_waits(net) for net in (SMALL, DEEP)]
        if counts[0] != counts[1] or counts[0] > 1:
            yield f"a step waits {counts[0]} times in a shallow network and {counts[1]} in a deep one; one is enough"

    def memory(self) -> Iterator[str]:
        """Hold the estimate against the most that a run took."""
        if self.name != "cuda":
            return
        torch.cuda.reset_peak_memory_stats()
        for _ in _training(LARGE, self.name):
            pass
        free, total = torch.cuda.mem_get_info()
        taken, estimate = torch.cuda.max_memory_reserved(), estimate_training(_request(LARGE, "cuda")).device_bytes
        figures = {"estimate": estimate, "tensors": taken, "in use by all": total - free}
        print(", ".join(f"{name} {value / 1e6:.0f} MB" for name, value in figures.items()))
        if taken > estimate:
            yield "the run took more than its estimate"

    def workers(self) -> Iterator[str]:
        """Do a run in a worker process, on the device and on the CPU beside it."""
        for device in (self.name, "cpu"):
            events = asyncio.run(_worked(_request({"variants": [SMALL]}, device)))
            if events[-1].get("state") != "done" or events[0]["variants"][0]["device"] != device:
                yield f"{device}: the worker's run ended with {events[-1]}"


def _request(fields: dict[str, Any], device: str) -> TrainingRequest:
    return TrainingRequest.model_validate({"batch_size": 32, "steps": STEPS, **fields, "device": device})


def _probe(net: dict[str, Any], device: str) -> ProbeRequest:
    return ProbeRequest.model_validate({"variants": [net], "device": device})


def _training(fields: dict[str, Any], device: str) -> Training:
    return Training(_request(fields, device))


def _losses(fields: dict[str, Any], device: str) -> list[float]:
    return [record.variants[0].loss for record in _training(fields, device)]


def _waits(net: dict[str, Any]) -> int:
    training = _training({"variants": [net], "eval_every": 0, "steps": 100}, "cuda")
    for _ in range(3):
        training.advance()
    torch.cuda.set_sync_debug_mode("warn")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            training.advance()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    return sum("synchroniz" in str(warning.message) for warning in caught)


async def _worked(request: TrainingRequest) -> list[dict[str, Any]]:
    executor = LocalExecutor(slots=1, threads=1, placement=Placement("cpu"))
    await executor.start()
    try:
        handle = await executor.start_job(TRAINING, request)
        events = [orjson.loads(event.data) async for batch in handle.batches() for event in batch]
        await handle.close()
    finally:
        await executor.stop()
    return events


def _differences(where: str, ours: list[Any], theirs: list[Any], part: float) -> Iterator[str]:
    for i, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
            if one != other:
                yield f"{where}[{i}]: {one} and {other}"
        elif abs(one - other) > part * max(abs(one), abs(other)):
            yield f"{where}[{i}]: {one:.4g} and {other:.4g}"


def main() -> int:
    """Do all checks and print what each found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--device", choices=("auto", "cuda", "mps", "cpu"), default="auto")
    try:
        device = device_of(parser.parse_args().device)
    except FieldError as error:
        print(error)
        return 2
    if device.type == "cpu" and "cpu" not in sys.argv:
        print("torch finds no GPU here: nothing was checked")
        return 2
    # the same convolutions as on the CPU: by default cuDNN's have ten bits of each factor
    torch.backends.cudnn.allow_tf32 = False
    name: DeviceName = "cuda" if device.type == "cuda" else "mps" if device.type == "mps" else "cpu"
    prepare(name)
    check = Check(name)
    wrong = 0
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        check.probes, check.runs, check.checkpoints, check.recorder, check.waiting, check.memory, check.workers,
    )  # fmt: skip
    for one in checks:
        found = list(one())
        wrong += len(found)
        print(f"{'holds' if not found else 'FAILS'}: {one.__doc__}", *found[:10], sep="\n    ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
