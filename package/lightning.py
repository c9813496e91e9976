"""`LightningCallback`, for a `Trainer` of Lightning."""

from skipscope.model.watch.lightning import LightningCallback

__all__ = ["LightningCallback"]
