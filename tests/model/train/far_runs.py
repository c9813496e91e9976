"""Runs, probes and forks on the stand-in device and on the CPU, for test_device.py; prints what came out as JSON."""

import json
import sys
from typing import Any

import torch

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.measure import native
from skipscope.model.train import probe as probing
from skipscope.model.train import training as runs
from skipscope.model.train.training import Training
from tests.model.train.far import DEVICE, Far

NET: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6]}
DEEP = {**NET, "depths": [4, 3]}
COMMON: dict[str, Any] = {"dataset": "digits", "batch_size": 16, "steps": 4, "eval_every": 2, "seed": 3}
STEPS = 4


def on_far(request: Any) -> Any:
    """Have whatever asks for a device work on the stand-in."""
    for module in (runs, probing):
        module.device_of = lambda _: DEVICE  # pyright: ignore[reportAttributeAccessIssue]
    return request


def near() -> None:
    """Have it work on the CPU again."""
    for module in (runs, probing):
        module.device_of = lambda _: torch.device("cpu")  # pyright: ignore[reportAttributeAccessIssue]


def steps_of(training: Training) -> list[Any]:
    """Make all steps; return each one's record."""
    return [record.to_dict() for record in training]


if __name__ == "__main__":
    native.load.cache_clear()
    request = TrainingRequest.model_validate({**COMMON, "variants": [NET]})
    near()
    a = steps_of(Training(request))
    on_far(request)
    with Far() as far, torch.autograd.set_multithreading_enabled(False):
        t = Training(request)
        print(t.variants[0].net.conv1.weight.device, far.sends, far.reads)
        b = []
        for _ in range(4):
            far.sends.clear(); far.reads.clear()
            b.append(t.advance().to_dict())
            print(far.sends, far.reads)
    for x, y in zip(a, b):
        print(x["variants"][0]["loss"], y["variants"][0]["loss"], x["variants"][0]["test_accuracy"], y["variants"][0]["test_accuracy"])
        for m in x["variants"][0]["values"]:
            print(m, x["variants"][0]["values"][m] == y["variants"][0]["values"][m])
    json.dump({}, sys.stdout)
