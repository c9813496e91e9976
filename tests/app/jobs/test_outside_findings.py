"""The diagnosis of runs that train elsewhere is that of a recorder's records."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipscope.app.jobs.outside_findings import OutsideFindings
from skipscope.model.measure.diagnosis import diagnose
from skipscope.model.measure.record import BLOCK_MEASURES, MEASURES, TAP_MEASURES, Record, Schema
from skipscope.model.watch.batch import Row
from skipscope.model.watch.request import OutsideSchema

TAPS, BLOCKS = ("conv", "l.0", "l.1", "l.2", "relu", "fc"), ("l.0", "l.1", "l.2")
KINDS = ("Conv2d", "", "", "", "ReLU", "Linear")
JUNCTIONS = tuple(f"{name}: identity shortcut" for name in BLOCKS)


def columns(first: float, zeros: float) -> dict[str, list[Any]]:
    """Return columns of a step with a gradient at the first block, and a share of zeros."""
    found: dict[str, list[Any]] = {m: [0.5] * len(TAPS) for m in TAP_MEASURES}
    found |= {m: [1.0] * len(BLOCKS) for m in BLOCK_MEASURES}
    found |= {m: [1.0] for m in MEASURES if m not in found}
    found["nonfinite"], found["dead_units"] = [0] * len(TAPS), [None] * len(TAPS)
    found["gradient_rms"] = [first, first, 0.5, 1.0, 1.0, 1.0]
    found["zero_fraction"] = [None, None, None, None, zeros, None]
    return found


def test_they_are_those_of_the_records_of_the_same_steps() -> None:
    names = OutsideSchema(taps=TAPS, weights=("fc",), blocks=BLOCKS, kinds=KINDS, junctions=JUNCTIONS)
    schema = Schema(TAPS, ("fc",), BLOCKS, kinds=KINDS, junctions=JUNCTIONS)
    findings = OutsideFindings(names)
    records: list[Record] = []
    for number in range(14):
        own = columns(1e-9 if number % 2 else 1.0, 0.5 if number == 2 else 1.0)
        records.append(Record(schema, number, own))
        assert findings.of(Row(number, 0.0, own)) == diagnose(records)
    kinds = {finding.kind for finding in findings.of(Row(14, 0.0, columns(1e-9, 1.0)))}
    assert {"gradient", "zeros"} <= kinds


NUMBERS = [0, -1.0, 1e-320, 1e308, -1e308, float("nan"), float("inf"), -float("inf"), None, 1.0, 1e-30]


@pytest.mark.parametrize("blocks", [(), ("l.0", "l.1")])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_number_of_a_sender_breaks_it(blocks: tuple[str, ...], data: st.DataObject) -> None:
    schema = OutsideSchema(taps=("a", "l.0", "l.1", "fc"), weights=("a", "fc"), blocks=blocks)
    counts = st.sampled_from([0, 0, None, 3, 2**53])
    own: dict[str, list[Any]] = {
        m: data.draw(st.lists(counts if m in ("nonfinite", "dead_units") else st.sampled_from(NUMBERS),
                              min_size=schema.size_of(m), max_size=schema.size_of(m)))
        for m in MEASURES
    }  # fmt: skip
    findings = OutsideFindings(schema)
    for number in range(2):
        for finding in findings.of(Row(number, 0.0, own)):
            assert finding.sentence
