"""A record in TensorBoard's own files, where TensorBoard is installed."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from skipscope import Recorder

pytest.importorskip("tensorboard")
pytestmark = pytest.mark.filterwarnings("ignore")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing import event_accumulator  # noqa: PLC0415  # pyright: ignore
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  (it needs TensorBoard)

    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    writer: Any = SummaryWriter(str(tmp_path))
    written: list[dict[str, float]] = []
    with Recorder(net) as recorder:
        for _ in range(3):
            optimizer.zero_grad()
            net(torch.randn(5, 4)).square().mean().backward()
            optimizer.step()
            record = recorder.read()
            assert record is not None
            record.to_tensorboard(writer)
            names = record.schema.names("gradient_rms")
            column = record.columns["gradient_rms"]
            written.append({f"gradient_rms/{name}": value for name, value in zip(names, column, strict=True) if value})
    writer.close()
    read = event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    assert written[0]
    for name in written[0]:
        found = read.Scalars(name)
        assert [one.step for one in found] == [0, 1, 2]
        assert [one.value for one in found] == pytest.approx([one[name] for one in written], rel=1e-6)
