"""Experiments in one's own program: each runs to its end and returns its result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skipscope.model.experiments.blocks.kind import BLOCKS, BlocksRequest
from skipscope.model.experiments.degradation.kind import DEGRADATION, DegradationRequest
from skipscope.model.experiments.identities.kind import IDENTITIES, IdentitiesRequest
from skipscope.model.experiments.landscape.kind import LANDSCAPE, LandscapeRequest
from skipscope.model.experiments.lesions.kind import LESIONS, LesionsRequest
from skipscope.model.experiments.maps.kind import MAPS, FeatureMapsRequest
from skipscope.model.experiments.paths.kind import PATHS, PathsRequest
from skipscope.model.experiments.reading.kind import READING, ReadingRequest
from skipscope.model.experiments.shattered.kind import SHATTERED, ShatteredRequest
from skipscope.model.experiments.similarity.kind import SIMILARITY, SimilarityRequest
from skipscope.model.jobs.kind import Kind, imported, starter

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an experiment: `data` as the API sends it, a sentence for each network, and the figure."""

    data: dict[str, Any]
    _kind: Kind[Any]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return a sentence for each network, with its numbers."""
        return tuple(self.data["sentences"])

    def figure(self, theme: str = "light") -> "Figure":
        """Return the figure for plotly.py, which the extra `server` or `notebook` brings."""
        from plotly.graph_objects import Figure  # noqa: PLC0415  (an extra brings it)

        return Figure(imported(self._kind.figure)(self.data, theme))


def paths(request: PathsRequest | None = None, /, **fields: Any) -> Result:
    """Measure the gradients of single paths, by length (Veit et al. 2016); fields are those of PathsRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(PATHS, request or fields)


def lesions(request: LesionsRequest | None = None, /, **fields: Any) -> Result:
    """Delete blocks and swap them (Veit et al. 2016); fields are those of LesionsRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(LESIONS, request or fields)


def similarity(request: SimilarityRequest | None = None, /, **fields: Any) -> Result:
    """Compare all layers with all by linear CKA (Kornblith et al. 2019); fields are those of SimilarityRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(SIMILARITY, request or fields)


def shattered(request: ShatteredRequest | None = None, /, **fields: Any) -> Result:
    """Measure how alike the gradients of two inputs are (Balduzzi et al. 2017); fields are those of ShatteredRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(SHATTERED, request or fields)


def identities(request: IdentitiesRequest | None = None, /, **fields: Any) -> Result:
    """Try equations that hold exactly, or but for rounding; fields are those of IdentitiesRequest.

    Raise ValueError for a field that does not fit.
    """
    return run(IDENTITIES, request or fields)


def landscape(request: LandscapeRequest | None = None, /, **fields: Any) -> Result:
    """Measure the loss on a plane through the weights (Li et al. 2018); fields are those of LandscapeRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(LANDSCAPE, request or fields)


def degradation(request: DegradationRequest | None = None, /, **fields: Any) -> Result:
    """Train networks at several depths and rates (He et al. 2015); fields are those of DegradationRequest.

    Raise ValueError for a field that does not fit.
    """
    return run(DEGRADATION, request or fields)


def blocks(request: BlocksRequest | None = None, /, **fields: Any) -> Result:
    """Measure branches' directions in a training (Jastrzebski et al. 2018); fields are those of BlocksRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(BLOCKS, request or fields)


def reading(request: ReadingRequest | None = None, /, **fields: Any) -> Result:
    """Fit linear probes along the trunk (Alain & Bengio 2016); fields are those of ReadingRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(READING, request or fields)


def maps(request: FeatureMapsRequest | None = None, /, **fields: Any) -> Result:
    """Take one image's feature maps and Grad-CAM (Selvaraju et al. 2017); fields are those of FeatureMapsRequest.

    Raise ValueError for a field that does not fit, and JobFailed if all losses are not finite.
    """
    return run(MAPS, request or fields)


def run(kind: Kind[Any], request: Any) -> Result:
    """Run an experiment to its end; `request` may be given as its fields."""
    found: dict[str, Any] = {}
    for event in starter(kind.start)(kind.request.model_validate(request), None).events:
        if event is not None and event.kind == "result":
            found = dict(event.data["result"])
    return Result(found, kind)
