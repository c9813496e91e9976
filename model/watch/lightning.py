"""Lightning's callback: the training of a `Trainer`, watched."""

from typing import Any

import torch

try:
    from lightning.pytorch import Callback  # pyright: ignore[reportMissingImports]
except ModuleNotFoundError:
    from pytorch_lightning import Callback  # pyright: ignore[reportMissingImports]

from skipscope.model.watch.watching import Watch, watch


class LightningCallback(Callback):  # pyright: ignore[reportUntypedBaseClass]
    """Watch a training: `Trainer(callbacks=[LightningCallback(to="http://host:8000")])`.

    Takes what `skipscope.watch` takes beside network and optimizer. The optimizer is the trainer's first. The loss of
    each batch is logged, and each number that the module logs.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._options = options
        self.watch: Watch | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin."""
        optimizers = trainer.optimizers
        if trainer.is_global_zero and optimizers:
            options: dict[str, Any] = {"scaler": getattr(trainer.precision_plugin, "scaler", None), **self._options}
            self.watch = watch(pl_module, optimizers[0], **options)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, *_: Any) -> None:
        """Log the loss and what the module logged of the batch."""
        if self.watch is None:
            return
        logged = {name.replace("/", "."): value for name, value in trainer.callback_metrics.items()}
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if isinstance(loss, torch.Tensor):
            logged["loss"] = loss
        self.watch.log(**logged)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """End."""
        self._close("done")

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """End with the name of the exception."""
        is_stopped = isinstance(exception, KeyboardInterrupt)
        self._close("stopped" if is_stopped else "failed", type(exception).__name__)

    def _close(self, state: str, reason: str = "") -> None:
        if self.watch is not None:
            self.watch.close(state, reason)
