"""The check of a GPU, with the CPU as the device: what it finds, how it ends, what it says where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from scripts import gpu_check

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "gpu_check.py"


def test_where_there_is_no_gpu_it_says_so_and_ends_with_2() -> None:
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        pytest.skip("there is a GPU")
    for device, words in (("auto", "no GPU here: nothing was checked"), ("cuda", "networks can work on cpu here")):
        done = subprocess.run([sys.executable, SCRIPT, "--device", device], capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stdout + done.stderr
        assert words in done.stdout


def test_the_cpu_agrees_with_itself() -> None:
    check = gpu_check.Check("cpu")
    for one in (check.checkpoints, check.recorder, check.waiting, check.memory):
        assert list(one()) == [], one.__doc__


def test_numbers_that_differ_by_more_than_a_part_are_told_by_their_places() -> None:
    found = list(gpu_check._differences("loss", [1.0, 2.0, None, "nan"], [1.001, 2.5, None, 3.0], 5e-3))
    assert found == ["loss[1]: 2 and 2.5", "loss[3]: nan and 3.0"]


def test_it_ends_with_1_where_something_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("probes", "runs", "checkpoints", "waiting", "memory", "workers"):
        nothing = lambda _: iter(())  # noqa: E731
        nothing.__doc__ = name
        monkeypatch.setattr(gpu_check.Check, name, nothing)
    monkeypatch.setattr(sys, "argv", ["gpu_check.py", "--device", "cpu"])
    assert gpu_check.main() == 0
    assert "holds: Record a network of somebody else's on both." in capsys.readouterr().out
    monkeypatch.setattr(gpu_check, "EXACT", -1.0)
    assert gpu_check.main() == 1
    assert "FAILS: Record a network of somebody else's on both." in capsys.readouterr().out
