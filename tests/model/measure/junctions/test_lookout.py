"""The steps after the first, in which a network is watched only where something is to be seen: the same numbers, and
another way through the network is noticed."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import Record, Recorder
from skipscope.model.measure.junctions.gaps import LONGEST
from skipscope.model.measure.junctions.lookout import NEW_WAY
from tests.model.measure.junctions import nets
from tests.model.measure.junctions.images import ResNet
from tests.model.measure.junctions.test_watch import Checkpointed
from tests.model.measure.junctions.words import Mlp

pytestmark = pytest.mark.usefixtures("engine")
STEPS = LONGEST + 2


def records_of(net: nn.Module, batch: Tensor, steps: int = STEPS, **options: Any) -> list[Record]:
    """Record steps without updates, all with the same random numbers."""
    records: list[Record] = []
    with Recorder(net, **options) as recorder:
        for _ in range(steps):
            torch.manual_seed(1)
            net(batch).square().mean().backward()
            net.zero_grad()
            record = recorder.read()
            assert record is not None
            records.append(record)
    assert torch._C._len_torch_function_stack() == 0
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())
    return records


def assert_equal(record: Record, expected: Record) -> None:
    """Hold that two records have the same places and numbers."""
    assert record.schema == expected.schema
    assert record.dropped == expected.dropped
    for measure, column in expected.columns.items():
        if measure != "update_ratio":
            own, other = (
                [math.nan if value is None else value for value in each] for each in (record.columns[measure], column)
            )
            assert own == pytest.approx(other, rel=1e-6, nan_ok=True), measure


@pytest.mark.parametrize("at", ["junctions", "leaves"])
@pytest.mark.parametrize("case", nets.CASES.values(), ids=nets.CASES)
def test_a_later_step_has_the_numbers_of_the_first(case: nets.Case, at: str) -> None:
    records = records_of(nets.made(case), case.batch, at=at)
    assert_equal(records[-1], records[1])
    assert not any(record.notes for record in records)


@pytest.mark.filterwarnings("ignore::skipscope.model.measure.notes.RecorderWarning")
@pytest.mark.parametrize("reentrant", [False, True])
def test_what_checkpointing_makes_again_is_watched_as_before(reentrant: bool) -> None:
    records = records_of(Checkpointed(reentrant=reentrant), nets.IMAGES, at="junctions")
    assert len(records[-1].schema.blocks) == 4
    assert_equal(records[-1], records[1])


def test_casts_of_a_pass_are_the_same_in_each() -> None:
    net, batch = ResNet(), nets.IMAGES
    with Recorder(net) as recorder:
        for _ in range(STEPS):
            with torch.autocast("cpu", torch.bfloat16):
                loss = net(batch).float().square().mean()
            loss.backward()
            record = recorder.read()
            assert record is not None
            assert record.notes == ()
            assert None not in record.columns["residual_gradient_norm"]


def test_a_later_step_is_watched_at_its_additions_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    net = ResNet()
    counts: list[int] = []

    def seen() -> bool:
        counts[-1] += 1
        return False

    # asked at each function that the mode sees
    monkeypatch.setattr(torch.compiler, "is_dynamo_compiling", seen)
    with Recorder(net) as recorder:
        for _ in range(STEPS):
            counts.append(0)
            loss = net(nets.IMAGES).mean()
            counts.append(0)
            loss.backward()
            recorder.read()
    assert counts[0] > 50
    assert counts[-2] == len(recorder.junctions) == 4


class Turning(nn.Module):
    """Blocks, and one that takes another way as soon as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(Mlp(6), Mlp(6), Mlp(6))
        self.other, self.turns = nn.Linear(6, 6), False

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x)
        if self.turns:
            y = self.other(torch.relu(self.other(x)))
            x = x + y
        return x


def test_another_way_is_said_and_measured_from_the_next_step_on() -> None:
    net = Turning()
    x = nets.ROWS.clone().requires_grad_()
    records: list[Record] = []
    with Recorder(net, at="junctions") as recorder:
        for step in range(STEPS + 3):
            net.turns = step >= STEPS
            net(x).square().mean().backward()
            record = recorder.read()
            assert record is not None
            records.append(record)
    blocks, notes = [record.schema.blocks for record in records], [record.notes for record in records]
    known = tuple(f"blocks.{i}" for i in range(3))
    assert blocks[: STEPS + 1] == [known] * (STEPS + 1)
    assert notes == [()] * STEPS + [(NEW_WAY,), (), ()]
    assert blocks[-2:] == [(*known, "Turning")] * 2
    assert records[-1].of("residual_gradient_norm", "Turning") is not None


def test_blocks_that_are_left_out_and_come_back_are_measured_whenever_they_run() -> None:
    class Dropping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks, self.step = nn.ModuleList(Leaving() for _ in range(3)), 0

        def forward(self, x: Tensor) -> Tensor:
            for number, block in enumerate(self.blocks):
                x = block(x, runs=bool(self.step >> number & 1))
            return x

    class Leaving(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(6, 6), nn.Linear(6, 6)

        def forward(self, x: Tensor, *, runs: bool) -> Tensor:
            return x + self.fc2(torch.relu(self.fc1(x))) if runs else x

    net, x = Dropping(), nets.ROWS.clone().requires_grad_()
    with Recorder(net, at="junctions") as recorder:
        for net.step in (0b111, 0b111, 0b111, *range(1, 8), *range(1, 8)):
            net(x).square().mean().backward()
            record = recorder.read()
            assert record is not None
            met = [value is not None for value in record.columns["residual_rms"]]
            assert met == [bool(net.step >> number & 1) for number in range(3)]


def test_a_pass_in_evaluation_between_does_not_count_as_another_way() -> None:
    net = ResNet()
    records: list[Record] = []
    with Recorder(net) as recorder:
        for step in range(STEPS):
            if step % 2:
                with torch.no_grad():
                    net(nets.IMAGES)
            net(nets.IMAGES).square().mean().backward()
            net.zero_grad()
            record = recorder.read()
            assert record is not None
            records.append(record)
    assert recorder.notes == ()
    assert_equal(records[-1], records[1])


def test_modules_that_are_added_are_learnt_anew() -> None:
    net = nn.Sequential(nn.Linear(6, 6), *(Mlp(6) for _ in range(3)))
    with Recorder(net) as recorder:
        for step in range(2 * STEPS):
            if step == STEPS:
                net.append(Mlp(6))
            net(nets.ROWS).square().mean().backward()
            record = recorder.read()
            assert record is not None
            if step in {STEPS - 1, 2 * STEPS - 1}:
                assert record.schema.blocks == ("1", "2", "3", "4")[: 3 + (step >= STEPS)]
                assert None not in record.columns["residual_gradient_norm"]
