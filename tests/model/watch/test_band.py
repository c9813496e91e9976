"""The band of a gradient ratio: the cases that the page's own judge has too, and how a run's digest holds them."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from skipscope.model.describe.words import FieldError
from skipscope.model.measure.record import MEASURES, TAP_MEASURES
from skipscope.model.watch.band import Band, band_of
from skipscope.model.watch.digest import OutsideDigest
from skipscope.model.watch.request import OutsideRequest

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "golden" / "band.json").read_text(encoding="utf-8")
)
SCHEMA = json.dumps({"variants": [{"taps": ["a", "b"], "blocks": []}]}).encode()


def step(number: int, ratio: Any) -> bytes:
    """Return the event of a step with a gradient ratio, whose last gradient is 1."""
    columns: dict[str, list[Any]] = {m: [0, 0] if m in TAP_MEASURES else [] for m in MEASURES}
    columns["gradient_rms"] = ["inf" if ratio == "Infinity" else ratio, 1.0]
    return json.dumps({"step": number, "variants": [{"loss": None, "logged": {}, "values": columns}]}).encode()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("restarted", [False, True])
def test_a_digest_holds_whether_the_ratio_is_outside_also_over_a_restart(case: dict[str, Any], restarted: bool) -> None:
    request = OutsideRequest(label="Net", band=Band(**case["band"]))
    digest = OutsideDigest(request)
    digest.append("schema", SCHEMA)
    for number, ratio in case["points"]:
        digest.append("step", step(number, ratio))
        if restarted:
            digest = OutsideDigest.going_on(request, digest.dump(), SCHEMA)
    left = json.loads(digest.dump() or "")["left"]
    assert (None if left is None else {name: left[name] for name in ("since", "is_alert")}) == case["left"]


def test_without_a_band_nothing_is_outside() -> None:
    digest = OutsideDigest(OutsideRequest(label="Net", band=None))
    digest.append("schema", SCHEMA)
    for number in (0, 1000):
        digest.append("step", step(number, 1e9))
    assert json.loads(digest.dump() or "")["left"] is None


def test_a_band_that_is_none_is_refused_with_field_value_limit_and_remedy() -> None:
    assert band_of(None, 5) is None
    assert band_of((0.1, 10), 5) == Band(low=0.1, high=10, steps=5)
    for edges, steps, field in [
        ((10.0, 0.1), 5, "band.high"),
        ((0.0, 1.0), 5, "band.low"),
        ((0.1, 1.0), -1, "band_steps"),
    ]:
        with pytest.raises(FieldError) as refused:
            band_of(edges, steps)
        assert refused.value.field == field
        assert "give band=(low, high)" in refused.value.remedy
    with pytest.raises(FieldError):
        band_of((0.1, math.inf), 5)
