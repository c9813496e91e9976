"""A watched training's steps are those that its optimizer makes: skipped ones are counted beside, and left out."""

from collections.abc import Set
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.amp.grad_scaler import GradScaler

from skipscope import watch
from skipscope.model.measure.missing import COMPILED
from tests.model.watch.trained import rows_in

FACTOR = 1024.0


def trained(
    folder: Path, *, skips: Set[int] = frozenset(), scaled: bool = True, fused: bool = False, early: bool = True,
    count: int = 6, none: bool = True, **options: Any,
) -> list[Any]:  # fmt: skip
    """Train in steps of two batches, some of which a scaler skips; return what was recorded of them."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, fused=fused)
    scaler = GradScaler("cpu", init_scale=FACTOR, backoff_factor=0.5, enabled=scaled)
    with watch(net, optimizer, every=1, folder=folder, **options) as watched:
        # without a scaler the steps that it skips are not tried
        for number in (number for number in range(count) if scaled or number not in skips):
            x = torch.full((4, 4), float(number + 1))
            if early:
                optimizer.zero_grad(set_to_none=none)
            for part in range(2):
                loss = net(x).square().mean() * (torch.inf if number in skips else 1)
                if not early and part == 0:
                    optimizer.zero_grad(set_to_none=none)
                scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
    assert watched.file is not None
    return rows_in(watched.file)


@pytest.mark.parametrize("early", [True, False], ids=["zero_grad before", "zero_grad after the forward pass"])
@pytest.mark.parametrize("none", [True, False], ids=["to None", "to zero"])
def test_steps_that_a_scaler_skips_are_left_out_and_counted(tmp_path: Path, *, early: bool, none: bool) -> None:
    (tmp_path / "plain").mkdir()
    found = trained(tmp_path, skips={2, 3, 5}, early=early, none=none)
    plain = trained(tmp_path / "plain", skips={2, 3, 5}, scaled=False, early=early, none=none)
    assert [row.step for row in found] == [0, 1, 2]
    assert [row.gradient.get("skipped", 0) for row in found] == [0, 0, 2]
    assert [row.gradient["scale"] for row in found] == [FACTOR, FACTOR, FACTOR / 4]
    for row, other in zip(found, plain, strict=True):
        assert row.columns == other.columns
        assert row.gradient["passes"] == other.gradient["passes"] == 2


def test_first_steps_that_are_skipped_are_left_out_before_the_scaler_is_known(tmp_path: Path) -> None:
    found = trained(tmp_path, skips={0, 1})
    assert [(row.step, row.gradient.get("skipped", 0)) for row in found] == [(0, 2), (1, 0), (2, 0), (3, 0)]
    assert [row.gradient["scale"] for row in found] == [FACTOR / 4] * 4


def test_a_fused_optimizer_is_called_and_its_call_is_marked(tmp_path: Path) -> None:
    found = trained(tmp_path, skips={2}, fused=True)
    assert [row.step for row in found] == list(range(6))
    assert [row.gradient.get("skipped", 0) for row in found] == [0, 0, 1, 0, 0, 0]
    assert [row.gradient.get("steps", 0) for row in found] == [1, 1, 0, 1, 1, 1]
    assert set(found[2].columns["update_ratio"]) == {None}


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
@pytest.mark.parametrize("late", [False, True], ids=["before the first call", "after it"])
def test_a_compiled_network_is_measured_or_it_is_said_once_why_not(tmp_path: Path, *, late: bool) -> None:
    torch._dynamo.reset()
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    compiled: Any = torch.compile(net, backend="eager")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    if late:
        compiled(torch.randn(3, 4)).square().mean().backward()
    said = pytest.warns(match="torch.compile had compiled") if late else pytest.MonkeyPatch.context()
    with said, watch(compiled, optimizer, every=1, folder=tmp_path) as watched:
        for _ in range(4):
            optimizer.zero_grad()
            compiled(torch.randn(3, 4)).square().mean().backward()
            optimizer.step()
    assert watched.file is not None
    rows = rows_in(watched.file)
    assert [row.notes for row in rows] == ([[COMPILED], [], [], []] if late else [[]] * 4)
    for row in rows:
        assert all(value is None if late else value for value in row.columns["gradient_rms"])
        assert all(value for value in row.columns["weight_gradient_norm"])
        assert all(value for value in row.columns["update_ratio"])
    torch._dynamo.reset()
