"""The callback of Hugging Face's Trainer: its training, watched."""

from typing import Any

from transformers import TrainerCallback  # pyright: ignore[reportMissingImports, reportAttributeAccessIssue]

from skipscope.model.watch.watching import Watch, watch


class TransformersCallback(TrainerCallback):  # pyright: ignore[reportUntypedBaseClass, reportGeneralTypeIssues]
    """Watch a training: `Trainer(…, callbacks=[TransformersCallback(to="http://host:8000")])`.

    Takes what `skipscope.watch` takes beside network and optimizer. The numbers that the trainer logs are logged.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.watch: Watch | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin."""
        model, optimizer = kwargs.get("model"), kwargs.get("optimizer")
        if state.is_world_process_zero and model is not None:
            self.watch = watch(model, optimizer, **self._options)

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Log what the trainer logs."""
        if self.watch is not None:
            logs: dict[str, Any] = kwargs.get("logs") or {}
            self.watch.log(**{name.replace("/", "."): value for name, value in logs.items()})

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """End."""
        if self.watch is not None:
            self.watch.close()
