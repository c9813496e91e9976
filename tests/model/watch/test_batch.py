"""A batch is read as it was written, in four significant digits; whatever is none is refused by its field."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from skipscope.model.describe.words import FieldError
from skipscope.model.measure.record import MEASURES, Value, wire_number
from skipscope.model.watch.batch import COUNTS, MAX_NUMBERS, MAX_STEPS, Row, decode, encode
from skipscope.model.watch.request import OutsideSchema

SCHEMA = OutsideSchema(taps=("a", "b"), weights=("a",), blocks=("a",))
VALUE = st.none() | st.floats(width=64)
COUNT = st.none() | st.integers(0, 2**53)


def columns(**given: list[Value]) -> dict[str, list[Value]]:
    """Return columns of ones, but for some."""
    return {measure: given.get(measure, [1.0] * SCHEMA.size_of(measure)) for measure in MEASURES}


@given(st.lists(VALUE, min_size=2, max_size=2), st.lists(COUNT, min_size=2, max_size=2), VALUE)
def test_numbers_come_back_in_four_digits(gradients: list[Value], counts: list[Value], update: Value) -> None:
    wrote = Row(3, 1.25, columns(gradient_rms=gradients, nonfinite=counts, update_ratio=[update]), None, {"loss": 2.0})
    (read,) = decode(encode([wrote]), SCHEMA)
    assert (read.step, read.elapsed, read.lr, read.logged) == (3, 1.25, None, {"loss": 2.0})
    assert list(map(repr, read.columns["gradient_rms"])) == [
        repr(None if v is None else float(wire_number(v) or 0)) for v in gradients
    ]
    assert read.columns["nonfinite"] == counts


def test_several_steps_keep_what_is_theirs() -> None:
    rows = [Row(step, step / 2, columns(), 0.1, {"loss": step}, [f"note {step}"], ["a"] * step) for step in range(3)]
    read = decode(encode(rows), SCHEMA)
    assert [(row.step, row.lr, row.logged, row.notes, len(row.dropped)) for row in read] == [
        (step, 0.1, {"loss": step}, [f"note {step}"], step) for step in range(3)
    ]


def test_a_logged_number_that_is_not_finite_stays_so() -> None:
    (read,) = decode(encode([Row(0, 0.0, columns(), None, {"loss": math.inf, "val": math.nan})]), SCHEMA)
    assert (read.logged["loss"], math.isnan(read.logged["val"])) == (math.inf, True)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("step", np.array([-1]), "step"), ("step", np.array([2, 2]), "step"), ("step", np.array([], np.int64), "step"),
        ("step", np.array([[1]]), "step"), ("step", np.array([1.0]), "step"), ("step", None, "step"),
        ("step", np.arange(MAX_STEPS + 1), "step"), ("elapsed", np.array([math.inf]), "elapsed"),
        ("lr", np.array([1, 2.0]), "lr"), ("more", np.frombuffer(b"[{}", np.uint8), "more"),
        ("more", np.frombuffer(b"[{},{}]", np.uint8), "more"), ("more", np.frombuffer(b"[" * 5000, np.uint8), "more"),
        ("more", np.frombuffer(b'[{"gradient":{"shared":"x"}}]', np.uint8), "more.0.gradient.shared"),
        ("more", np.frombuffer(b'[{"gradient":{"own":1}}]', np.uint8), "more.0.gradient.own"),
        ("more", np.frombuffer(b'[{"gradient":{"passes":-1}}]', np.uint8), "more.0.gradient.passes"),
        ("more", np.frombuffer(b'[{"logged":{"=x":1}}]', np.uint8), "more"), ("gradient_rms", np.ones((1, 3)), "grad"),
        ("gradient_rms.absent", np.ones((1, 3), bool), "grad"), ("nonfinite", np.array([[0.5, 1]]), "nonfinite"),
        ("nonfinite", np.array([[math.nan, 1]]), "nonfinite"), ("nonfinite", np.array([[-1.0, 1]]), "nonfinite"),
        ("unknown", np.ones(1), "body"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_field(name: str, value: Any, field: str) -> None:  # fmt: skip
    assert set(COUNTS) <= set(MEASURES)
    tensors = load(encode([Row(0, 0.0, columns(nonfinite=[0, 0], dead_units=[0, 0]), 0.1)]))
    tensors.pop(name, None)
    if value is not None:
        tensors[name] = value
    with pytest.raises(FieldError) as refused:
        decode(save(tensors), SCHEMA)
    assert refused.value.field.startswith(field)


def test_a_small_body_does_not_grow_without_bound() -> None:
    wide = OutsideSchema(taps=tuple(map(str, range(10_000))), weights=())
    count = MAX_NUMBERS // wide.num_numbers + 2
    more = np.frombuffer(b"[" + b",".join([b"{}"] * count) + b"]", np.uint8)
    bare = {"elapsed": np.zeros(count), "lr": np.zeros(count), "more": more}
    with pytest.raises(FieldError, match="numbers in a batch"):
        decode(save({"step": np.arange(count), **bare}), wide)
