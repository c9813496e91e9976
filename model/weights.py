"""The address of load_weights for those who import from modules: it lives in skipscope.model.network.weights."""

from skipscope.model.network.weights import MissingFileError, WeightsError, load_weights

__all__ = ["MissingFileError", "WeightsError", "load_weights"]
