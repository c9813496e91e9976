"""The compiled sums: each against float64, whatever a tensor is made of and however it lies in memory."""

import math
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.native import Engine, Sum
from skipscope.model.measure.native.build import PACKAGES

Make = Callable[[Tensor], Tensor]
SHAPES: dict[str, Make] = {
    "as it is": lambda x: x,
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(0, 1),
    "every other": lambda x: x[:, ::2],
    "expanded": lambda x: x[:1].expand(5, *x.shape[1:]),
    "negative view": lambda x: torch.complex(x, -x).conj().imag,
    "bfloat16": lambda x: x.bfloat16(),
    "float16": lambda x: x.half(),
    "float64": lambda x: x.double(),
    "one": lambda x: x.sum(),
    "none": lambda x: x[:0],
}


def can_compile() -> bool:
    """Tell whether this machine has what compiling takes."""
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    if sys.platform != "linux" or shutil.which("c++") is None or not headers.exists():
        return False
    version = subprocess.run(["c++", "-dumpversion"], check=True, capture_output=True, text=True).stdout
    return int(version.split(".")[0]) >= 12


@pytest.mark.skipif(not can_compile(), reason=f"needs {PACKAGES}")
def test_they_are_there_where_they_can_be() -> None:
    assert native.load() is not None


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES)
def test_sums_and_counts_equal_float64(compiled: Engine, make: Make, threads: int) -> None:
    x = make(torch.randn(3, 6, 45, 49, generator=torch.Generator().manual_seed(1)).relu())
    before, values = torch.get_num_threads(), x.double().flatten().tolist()
    torch.set_num_threads(threads)
    try:
        found = compiled.Sum(zeros=True)
        found.add(x)
    finally:
        torch.set_num_threads(before)
    squares = math.fsum(value**2 for value in values)
    assert compiled.sum_of_squares(x) == pytest.approx(squares, rel=1e-6)
    assert found.elements == len(values)
    if values:
        assert found.rms() == pytest.approx(math.sqrt(squares / len(values)), rel=1e-6)
        assert found.zero_fraction() == pytest.approx(sum(value == 0 for value in values) / len(values), abs=1e-12)
    else:
        assert found.rms() is found.zero_fraction() is None


@pytest.mark.parametrize("size", [1, 63, 64, 8191, 8192, 8193, 2**19 + 5])
def test_a_sum_is_the_same_for_any_number_of_threads(compiled: Engine, size: int) -> None:
    x, before = torch.randn(size, generator=torch.Generator().manual_seed(1)), torch.get_num_threads()
    sums: set[float] = set()
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            sums.add(compiled.sum_of_squares(x))
    finally:
        torch.set_num_threads(before)
    assert len(sums) == 1
    assert sums.pop() == pytest.approx(x.double().square().sum().item(), rel=1e-6)


@pytest.mark.parametrize("size", [2**19, 2**20 + 7, 25_000_001])
@pytest.mark.parametrize("value", [0.1, 0.34])
def test_long_sums_of_equal_elements_keep_five_digits(compiled: Engine, value: float, size: int) -> None:
    x = torch.full((size,), value)
    assert compiled.sum_of_squares(x) == pytest.approx(size * x[0].double().item() ** 2, rel=1e-5)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16, torch.float64])
def test_what_is_not_finite_is_counted_beside_what_is(compiled: Engine, kind: torch.dtype) -> None:
    x = torch.zeros(20_000, dtype=kind)
    x[17], x[9_000], x[-1], x[3] = math.nan, math.inf, -math.inf, 2.0
    found = compiled.Sum(zeros=True)
    found.add(x)
    assert found.nonfinite == 3
    assert found.zero_fraction() == 1 - 4 / 20_000
    assert math.isnan(found.rms() or 0.0)


def gradient_of(compiled: Engine, x: Tensor, found: Sum) -> Tensor:
    """Send a gradient to x, and return what it was."""
    kept: list[Tensor] = []
    trail = compiled.Trail()
    compiled.add_gradient_of(x, trail, found)
    x.register_hook(kept.append)
    (x * torch.arange(1.0, x.numel() + 1).view_as(x)).sum().backward()
    return kept[0]


def test_gradients_of_leaves_and_of_results_are_added(compiled: Engine) -> None:
    leaf = torch.ones(2, 3, requires_grad=True)
    first, second = leaf.split(1)
    for x in (leaf, leaf * 2, second, first.unsqueeze(0)):
        found = compiled.Sum()
        assert found.rms() is found.norm() is None
        gradient = gradient_of(compiled, x, found)
        assert found.norm() == pytest.approx(gradient.norm().item(), rel=1e-6)
        assert found.elements == gradient.numel()
        found.reset()
        assert found.rms() is found.norm() is None


def test_all_passes_of_a_step_have_one_sum(compiled: Engine) -> None:
    found = compiled.Sum()
    found.add(torch.full((2,), 3.0))
    found.add(torch.full((6,), 1.0))
    assert found.rms() == pytest.approx(math.sqrt((2 * 9 + 6) / 8))
    assert found.norm() == pytest.approx(math.sqrt(2 * 9 + 6))


def load_elsewhere(**environment: str) -> str:
    """Return what another process loads."""
    code = "from skipscope.model.measure import native; print(native.load())"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


def test_they_can_be_left_out(compiled: Engine) -> None:
    assert load_elsewhere(SKIPSCOPE_NATIVE="0") == "None"
    assert load_elsewhere() != "None"


def test_what_was_built_for_another_torch_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "__version__", "1.0.0")
    native.load.cache_clear()
    try:
        assert native.load() is None
    finally:
        monkeypatch.undo()
        native.load.cache_clear()
