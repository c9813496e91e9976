"""Jobs on another device than the CPU, as far as a machine without one allows: on a stand-in, in a process of its own.

scripts/gpu_check.py checks the same on a real one.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from skipscope.model.describe.devices import Devices
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.train import device
from skipscope.model.train.training import Training
from tests.model.train.far_cases import CASES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def far() -> dict[str, Any]:
    """Do everything on the stand-in."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.model.train.far_runs"],
        cwd=ROOT, capture_output=True, check=False, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_a_training_is_that_of_the_cpu(far: dict[str, Any], case: str) -> None:
    assert far["runs"][case] == []


def test_what_float32_loses_is_kept_where_there_is_no_float64(far: dict[str, Any]) -> None:
    assert far["without float64"] == []
    assert far["smallest"] < 1e-22


def test_a_probe_is_that_of_the_cpu(far: dict[str, Any]) -> None:
    assert far["probe"] == []


@pytest.mark.parametrize("direction", ["to the CPU", "from the CPU"])
def test_a_checkpoint_goes_on_on_another_device(far: dict[str, Any], direction: str) -> None:
    assert far["forks"][direction] == []


def test_what_crosses_in_a_step_is_the_same_for_any_depth(far: dict[str, Any]) -> None:
    for kind in ("recorded", "bare"):
        shallow, deep, drawn = far["crossings"][kind]
        # images and labels go over, all numbers come back together
        assert shallow == deep == {"waits": 1, "sends": 2}, kind
        # masks are drawn on the CPU, so that a seed gives the same ones everywhere; nothing waits for them
        assert drawn == {"waits": 1, "sends": 5}, kind


def test_autocast_is_that_of_the_device(far: dict[str, Any]) -> None:
    assert far["autocast"] == ["far"]


def test_the_stand_in_refuses_what_lies_elsewhere(far: dict[str, Any]) -> None:
    assert far["refused"] == ["add: tensors lie on far and on the CPU"]


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "find_devices", Devices)
    request = TrainingRequest.model_validate({"device": "cuda"})
    with pytest.raises(FieldError, match=r'device="cuda": networks can work on cpu here. Ask for cpu or auto.'):
        Training(request)


def test_auto_is_the_best_that_torch_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.device_of("auto").type == device.find_devices().names[0]
    monkeypatch.setattr(device, "find_devices", lambda: Devices({"cpu": 0, "cuda": 2**30}))
    assert device.device_of("auto") == torch.device("cuda", 0)
    assert device.device_of("cpu") == torch.device("cpu")


def test_the_cpu_is_found_without_a_look_at_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> Devices:
        raise AssertionError("a process that has looked must not be forked")

    monkeypatch.setattr(device, "find_devices", look)
    assert device.device_of("cpu").type == "cpu"
