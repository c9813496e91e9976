"""A landscape in bands: the first has the networks from the beginning, the others go on from its."""

from skipscope.model.experiments.landscape.kind import BandRequest, LandscapeRequest, band_of
from tests.model.experiments.paths.test_events import TINY


def test_only_the_first_band_begins_with_weights() -> None:
    request = LandscapeRequest.model_validate({"variants": [TINY], "points": 5, "steps": 3, "weights": "w"})
    first, second = band_of(request, 0, 9), band_of(request, 9, 25)
    assert isinstance(first.request, BandRequest)
    assert isinstance(second.request, BandRequest)
    assert (first.request.weights, first.goes_on) == ("w", False)
    assert (second.request.weights, second.goes_on) == (None, True)
