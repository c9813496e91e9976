"""The experiments of the literature on one's own choice of networks: `paths(variants=[{"preset": "resnet56"}])`."""

from skipscope.model.experiments.degradation.kind import DegradationRequest
from skipscope.model.experiments.identities.kind import IdentitiesRequest
from skipscope.model.experiments.landscape.kind import LandscapeRequest
from skipscope.model.experiments.lesions.kind import LesionsRequest
from skipscope.model.experiments.paths.kind import PathsRequest
from skipscope.model.experiments.run import (
    Result,
    degradation,
    identities,
    landscape,
    lesions,
    paths,
    shattered,
    similarity,
)
from skipscope.model.experiments.shattered.kind import ShatteredRequest
from skipscope.model.experiments.similarity.kind import SimilarityRequest

__all__ = [
    "DegradationRequest",
    "IdentitiesRequest",
    "LandscapeRequest",
    "LesionsRequest",
    "PathsRequest",
    "Result",
    "ShatteredRequest",
    "SimilarityRequest",
    "degradation",
    "identities",
    "landscape",
    "lesions",
    "paths",
    "shattered",
    "similarity",
]
