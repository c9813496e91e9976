"""The experiments of the literature on one's own choice of networks: `paths(variants=[{"preset": "resnet56"}])`."""

from skipscope.model.experiments.kinds import LesionsRequest, PathsRequest
from skipscope.model.experiments.run import Result, lesions, paths

__all__ = ["LesionsRequest", "PathsRequest", "Result", "lesions", "paths"]
