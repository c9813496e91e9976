"""Real images: which data sets there are, where their pixels come from, seeded batches."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from skipscope.model.data.loader import load as load
else:  # `load` brings PyTorch, which the process that serves does without
    __getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={"loader": ["load"]})
