"""`TransformersCallback`, for a `Trainer` of Hugging Face."""

from skipscope.model.watch.transformers import TransformersCallback

__all__ = ["TransformersCallback"]
