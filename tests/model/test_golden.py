"""Twenty steps of every kind of training are those of tests/golden/steps.txt, to six significant digits.

The trainings run in float64 on one thread, so that the text holds on any processor. A commit that is meant to change
numbers writes it anew and says why: `SKIPSCOPE_WRITE_GOLDEN=1 .venv/bin/python -m pytest tests/model/test_golden.py`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import torch

from skipscope import Architecture, TrainingRequest
from tests.model.golden import CASES, NETS, OPTIMIZERS, Line, differences, text_of

TEXT = Path(__file__).parents[1] / "golden" / "steps.txt"
HEAD = "# "
SHOWN = 5


@pytest.fixture(scope="module", autouse=True)
def float64() -> Iterator[None]:
    """Have new tensors in float64, and one thread compute."""
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(dtype)
    torch.set_num_threads(threads)


def read() -> dict[str, list[str]]:
    """Return the lines of the text, by case."""
    parts: dict[str, list[str]] = {}
    for line in TEXT.read_text(encoding="utf-8").splitlines():
        if line.startswith(HEAD):
            parts[line.removeprefix(HEAD)] = []
        else:
            parts[next(reversed(parts))].append(line)
    return parts


@pytest.mark.skipif("SKIPSCOPE_WRITE_GOLDEN" not in os.environ, reason="only where the text is written anew")
def test_the_text_is_written() -> None:
    lines = [text for name, case in CASES.items() for text in (HEAD + name, *map(text_of, case()))]
    TEXT.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", CASES)
def test_steps_are_those_of_the_text(name: str) -> None:
    found = differences(read()[name], list(CASES[name]()))
    assert not found, f"{len(found)} lines differ:\n" + "\n".join(found[:SHOWN])


def test_every_kind_of_net_is_trained(field_values: dict[str, tuple[Any, ...]]) -> None:
    nets = [Architecture.model_validate(net) for net in NETS.values()]
    for field, values in field_values.items():
        assert {getattr(net, field) for net in nets} == set(values), field
    assert {net.skips if isinstance(net.skips, bool) else "some" for net in nets} == {True, False, "some"}


@pytest.mark.parametrize("field", ["optimizer", "schedule"])
def test_every_optimizer_and_schedule_trains(field: str) -> None:
    requests = [TrainingRequest.model_validate(fields) for fields in OPTIMIZERS.values()]
    assert {getattr(request, field) for request in requests} == set(
        get_args(TrainingRequest.model_fields[field].annotation)
    )


@pytest.mark.parametrize(
    ("text", "line", "same"),
    [
        ("loss 2.30259", ["loss", 2.302594], True),
        ("loss 2.30259", ["loss", 2.3025953], False),  # rounds to 2.30260
        ("loss 2.30259", ["loss", 2.30259504], True),  # so near to half a unit that another processor may round it up
        ("loss 2.30259", ["rate", 2.30259], False),
        ("0 1e-20", [0.0, 1e-20], True),
        ("0 1e-20", [1e-20, 1e-20], False),
        ("0 1e-20", [0.0, 0.0], False),
        ("- 0", [None, 0], True),
        ("- 0", [0.0, 0], False),
        ("nan inf", [float("nan"), float("inf")], True),
        ("nan inf", [float("nan"), 1.0], False),
        ("1 2 3", [1, 2], False),
        ("1 2", [1, 2, 3], False),
        ("1 2", [1, 2, None], False),
    ],
)
def test_six_digits_are_compared(text: str, line: Line, same: bool) -> None:
    assert (differences([text], [line]) == []) is same
    assert differences([text], [])
    assert differences([], [line])
