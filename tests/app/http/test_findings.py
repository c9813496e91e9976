"""The diagnosis on the wire: kind, sentence and the numbers it rests on, in probes and in runs."""

from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("http")

PAIR = [{"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")]
SMALL = {"stem": "cifar", "stem_width": 4, "depths": [1, 1], "widths": [4, 6], "norm": "none"}


def check(variant: dict[str, Any], names: dict[str, Any], kind: str, step: int) -> None:
    """Hold that the first finding is of a kind and rests on numbers that stand beside it."""
    found = variant["findings"][0]
    assert found["kind"] == kind
    assert found["step"] == step
    assert found["evidence"]
    for measure, name, value in found["evidence"]:
        assert variant["values"][measure][names["taps"].index(name)] == value


def test_a_probe_says_how_the_gradient_runs_and_by_which_numbers(api: Any) -> None:
    plain, residual = api.http.post("/api/probe", json={"variants": PAIR}).json()["variants"]
    check(plain, plain, "gradient", 0)
    check(residual, residual, "gradient", 0)


def test_a_run_says_it_at_each_step(api: Any) -> None:
    run = api.start(variants=PAIR, steps=3)
    schema, *said = [event.data for event in api.follow(run) if event.kind in {"schema", "step"}]
    assert len(said) == 3
    for step in said:
        # in a ReLU net without biases the update relative to its weight is alike at each depth, however small
        for number in range(2):
            check(step["variants"][number], schema["variants"][number], "gradient", step["step"])


def test_zeros_stand_out_only_when_each_of_the_last_ten_records_says_so(api: Any) -> None:
    run = api.start(variants=[SMALL], steps=14, lr=50.0)  # kills the activation after the first steps
    schema, *said = [event.data for event in api.follow(run) if event.kind in {"schema", "step"}]
    place = schema["variants"][0]["taps"].index("layer1.0.relu1")
    shares = [step["variants"][0]["values"]["zero_fraction"][place] for step in said]
    born = next(step for step, share in enumerate(shares) if share > 0.95)
    assert 0 < born < 5
    assert min(shares[born:]) > 0.95
    found = [[f for f in step["variants"][0]["findings"] if f["kind"] == "zeros"] for step in said]
    assert [bool(some) for some in found] == [step >= born + 9 for step in range(14)]
    assert found[-1][0]["evidence"] == [["zero_fraction", "layer1.0.relu1", shares[-1]]]
