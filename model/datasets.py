"""The address of data sets for those who import from modules: they live in skipscope.model.data.catalogue."""

from skipscope.model.data.catalogue import DatasetError, DatasetInfo, catalogue, info_of

__all__ = ["DatasetError", "DatasetInfo", "catalogue", "info_of"]
