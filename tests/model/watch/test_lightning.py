"""Lightning's callback, with Lightning itself where it is installed."""

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tests.model.watch.trained import rows_in

pl: Any = None
try:
    import lightning.pytorch as pl  # pyright: ignore[reportMissingImports]
except ModuleNotFoundError:
    pl = pytest.importorskip("pytorch_lightning")

pytestmark = pytest.mark.filterwarnings("ignore")


class Module(pl.LightningModule):  # pyright: ignore[reportUntypedBaseClass]
    """A network of two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))

    def training_step(self, batch: Any, number: int) -> torch.Tensor:
        """Return the loss."""
        loss = self.body(batch).square().mean()
        self.log("train/loss", loss)
        if number == 99:
            raise RuntimeError("broken")
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return an optimizer."""
        return torch.optim.AdamW(self.parameters())


def trainer(callback: Any, folder: Path, **more: Any) -> Any:
    """Return a trainer that writes nothing."""
    return pl.Trainer(
        max_epochs=1, accelerator="cpu", callbacks=[callback], logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, default_root_dir=folder, **more,
    )  # fmt: skip


def batches(count: int) -> Any:
    """Return batches."""
    images: Any = [torch.ones(4) * i for i in range(2 * count)]
    return torch.utils.data.DataLoader(images, batch_size=2)


def test_a_trainers_steps_are_recorded_with_what_it_logs(tmp_path: Path) -> None:
    from skipscope.lightning import LightningCallback  # noqa: PLC0415  (Lightning)

    warnings.simplefilter("ignore")
    callback = LightningCallback(every=1, folder=tmp_path)
    trainer(callback, tmp_path, accumulate_grad_batches=2).fit(Module(), batches(12))
    assert callback.watch is not None
    assert callback.watch.file is not None
    rows = rows_in(callback.watch.file)
    assert [row.step for row in rows] == list(range(6))
    assert all({"loss", "train.loss"} <= set(row.logged) for row in rows)
    assert all(value is not None and value > 0 for row in rows for value in row.columns["weight_gradient_norm"])
    assert all(value is not None and value > 0 for row in rows for value in row.columns["update_ratio"])


def test_a_trainer_that_breaks_ends_its_run(tmp_path: Path) -> None:
    from skipscope.lightning import LightningCallback  # noqa: PLC0415  (Lightning)

    callback = LightningCallback(every=1, folder=tmp_path)
    with pytest.raises(RuntimeError, match="broken"):
        trainer(callback, tmp_path).fit(Module(), batches(120))
    assert callback.watch is not None
    assert callback.watch.file is not None
    assert len(rows_in(callback.watch.file)) == 99
