"""The callback of Hugging Face's Trainer, with the Trainer itself where it is installed."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tests.model.watch.trained import rows_in

transformers: Any = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytestmark = pytest.mark.filterwarnings("ignore")


class Net(nn.Module):
    """A network with its loss, as the Trainer wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 1))

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return the loss."""
        return {"loss": (self.body(x).squeeze(-1) - labels).square().mean()}


def test_a_trainers_steps_are_recorded_with_what_it_logs(tmp_path: Path) -> None:
    from skipscope.transformers import TransformersCallback  # noqa: PLC0415  (transformers)

    callback = TransformersCallback(every=1, folder=tmp_path)
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"), max_steps=6, per_device_train_batch_size=2, gradient_accumulation_steps=2,
        logging_steps=1, report_to=[], use_cpu=True, save_strategy="no", disable_tqdm=True, max_grad_norm=1.0,
    )  # fmt: skip
    data = [{"x": torch.ones(4) * i, "labels": torch.tensor(float(i))} for i in range(40)]
    transformers.Trainer(Net(), arguments, train_dataset=data, callbacks=[callback]).train()
    assert callback.watch is not None
    assert callback.watch.file is not None
    rows = rows_in(callback.watch.file)
    assert [row.step for row in rows] == list(range(6))
    assert all({"loss", "grad_norm", "learning_rate"} <= set(row.logged) for row in rows)
    assert all(value is not None and value > 0 for row in rows for value in row.columns["weight_gradient_norm"])
