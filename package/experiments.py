"""The experiments of the literature on one's own choice of networks: `paths(variants=[{"preset": "resnet56"}])`."""

from skipscope.model.experiments.blocks.kind import BlocksRequest
from skipscope.model.experiments.degradation.kind import DegradationRequest
from skipscope.model.experiments.identities.kind import IdentitiesRequest
from skipscope.model.experiments.landscape.kind import LandscapeRequest
from skipscope.model.experiments.lesions.kind import LesionsRequest
from skipscope.model.experiments.maps.kind import FeatureMapsRequest
from skipscope.model.experiments.paths.kind import PathsRequest
from skipscope.model.experiments.reading.kind import ReadingRequest
from skipscope.model.experiments.run import (
    Result,
    blocks,
    degradation,
    identities,
    landscape,
    lesions,
    maps,
    paths,
    reading,
    shattered,
    similarity,
)
from skipscope.model.experiments.shattered.kind import ShatteredRequest
from skipscope.model.experiments.similarity.kind import SimilarityRequest

__all__ = [
    "BlocksRequest",
    "DegradationRequest",
    "FeatureMapsRequest",
    "IdentitiesRequest",
    "LandscapeRequest",
    "LesionsRequest",
    "PathsRequest",
    "ReadingRequest",
    "Result",
    "ShatteredRequest",
    "SimilarityRequest",
    "blocks",
    "degradation",
    "identities",
    "landscape",
    "lesions",
    "maps",
    "paths",
    "reading",
    "shattered",
    "similarity",
]
