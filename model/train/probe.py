"""A probe: one forward and one backward pass of each variant at initialisation, without an update."""

from dataclasses import replace
from typing import Any

from skipscope.model.describe import theory
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.measure.comparison import compare_probed
from skipscope.model.measure.course import course_of
from skipscope.model.measure.record import wire_number
from skipscope.model.train.first_batch import first_batch, variants_of
from skipscope.model.train.headline import described, headline_from


def probe(request: ProbeRequest) -> dict[str, Any]:
    """Measure each variant at initialisation: one forward and one backward pass on the first batch, no update.

    Its numbers are those of step 0 of a training with the same seed. Returns the wire's `probe`.
    """
    images, labels, shown = first_batch(request)
    mean_square = images.cpu().double().square().mean((0, 1)).numpy()
    results: list[dict[str, Any]] = []
    for index, variant in enumerate(variants_of(request)):
        architecture = variant.net.architecture
        strengths = request.strengths[index] if request.strengths else None
        _, measured = variant.step(images, labels, recorded=True)
        variant.recorder.detach()
        assert measured is not None
        found = replace(measured, findings=variant.diagnose()).to_dict()
        found["values"]["update_ratio"] = [None] * len(measured.record.schema.weights)
        expected = theory.expect(
            build_graph(architecture),
            mean_square,
            measured.record.columns["gradient_rms"][-1],
            None if strengths is None else dict(zip(architecture.block_names, strengths, strict=True)),
        )
        course = course_of(measured.record).to_dict()
        results.append({**variant.describe(), **found, "theory": _wire_theory(expected), "course": course})
    return {
        "comparison": compare_probed(results),
        "headline": headline_from(described(results), results),
        "batch": shown.to_dict(),
        "variants": results,
    }


def _wire_theory(expected: theory.Theory) -> dict[str, Any]:
    return {
        "activation_rms": [wire_number(value) for value in expected.activation_rms],
        "gradient_rms": [wire_number(value) for value in expected.gradient_rms],
        "reason": expected.reason,
    }
