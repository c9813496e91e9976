"""Sums by torch's operations: against float64, and where numbers stay on a device until all of them come over."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure import native, optimizer_watch, reductions, sums, weight_meter
from skipscope.model.measure.attachment import Attachment
from skipscope.model.measure.record import MEASURES, Record
from skipscope.model.measure.recorder import Recorder
from skipscope.model.measure.reductions import NonzeroCounter, Number
from skipscope.model.measure.sums import TorchSum
from skipscope.model.network.resnet import ResNet


def test_a_sum_adds_up_what_passes() -> None:
    found = TorchSum(NonzeroCounter())
    assert found.rms() is found.norm() is found.zero_fraction() is None
    draw = torch.Generator().manual_seed(1)
    given = [torch.randn(shape, generator=draw).relu() for shape in ((3,), (2, 5), (4, 3, 2, 2))]
    for x in given:
        found.add(x)
    values = [value for x in given for value in x.flatten().tolist()]
    squares = math.fsum(value**2 for value in values)
    assert found.norm() == pytest.approx(math.sqrt(squares), rel=1e-6)
    assert found.rms() == pytest.approx(math.sqrt(squares / len(values)), rel=1e-6)
    assert found.zero_fraction() == pytest.approx(values.count(0) / len(values), rel=1e-12)
    assert (found.elements, found.calls, found.nonfinite) == (len(values), 3, 0)


class Far(Tensor):
    """A number on a device: whoever looks into it would wait for the device."""

    def _refuse(self, *_: object) -> Any:
        raise AssertionError("this waits for the device")

    item = __bool__ = __float__ = __int__ = _refuse


def records(net: ResNet) -> list[Record]:
    """Train three steps."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    images, labels = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(2)), torch.arange(4) % 3
    found: list[Record] = []
    with Recorder(net) as recorder:
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(images), labels).backward()
            optimizer.step()
            record = recorder.read()
            assert record is not None
            found.append(record)
    return found


def test_numbers_that_stay_on_a_device_come_over_in_one_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    fields: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": (2, 1), "widths": (4, 6)}
    architecture = Architecture.model_validate({**fields, "image_size": 8, "num_classes": 3})
    monkeypatch.setattr(native, "load", lambda: None)
    expected = records(ResNet(architecture))
    # as on a device: each number is a tensor, and nothing looks into one before the end
    near, copies = reductions.sum_of_squares, 0

    def far(x: Tensor) -> Number:
        return torch.tensor(near(x), dtype=torch.float64).as_subclass(Far)

    bring_over = reductions.bring_over

    def counted(numbers: Any) -> list[float]:
        nonlocal copies
        copies += 1
        assert sum(isinstance(number, Tensor) for number in numbers) > 20
        return bring_over(numbers)

    for module in (sums, weight_meter):
        monkeypatch.setattr(module, "sum_of_squares", far)
    monkeypatch.setattr(optimizer_watch, "sums_of_squares", lambda tensors: [far(x) for x in tensors])
    monkeypatch.setattr(Attachment, "_is_on_cpu", lambda self: False)
    monkeypatch.setattr("skipscope.model.measure.attachment.bring_over", counted)
    found = records(ResNet(architecture))
    assert copies == 3
    for ours, theirs in zip(found, expected, strict=True):
        for measure in MEASURES:
            np.testing.assert_allclose(ours.to_numpy()[measure], theirs.to_numpy()[measure], rtol=1e-6)
