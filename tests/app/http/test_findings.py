"""The diagnosis on the wire: kind, sentence and the numbers it rests on, in probes and in runs."""

import re
from typing import Any

from skipscope.model.measure.record import VERSION

PAIR = [{"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")]
SMALL = {"stem": "cifar", "stem_width": 4, "depths": [1, 1], "widths": [4, 6], "norm": "none"}


def check(variant: dict[str, Any], names: dict[str, Any], kind: str, step: int) -> None:
    """Hold that the first finding is of a kind and rests on numbers that stand beside it."""
    found = variant["findings"][0]
    assert found["kind"] == kind
    assert found["step"] == step
    assert found["evidence"]
    for measure, name, value in found["evidence"]:
        names_of = names["weights"] if measure == "update_ratio" else names["taps"]
        assert variant["values"][measure][names_of.index(name)] == value


def test_a_probe_says_how_the_gradient_runs_and_by_which_numbers(api: Any) -> None:
    found = api.http.post("/api/probe", json={"variants": PAIR}).json()
    plain, residual = found["variants"]
    check(plain, plain, "gradient", 0)
    check(residual, residual, "gradient", 0)
    assert re.fullmatch(
        r"Towards the input the gradient of plain-56 shrinks to \S+ of it \(\S+-fold a block\) and that of ResNet-56 "
        r"grows \S+-fold \(\S+-fold a block\): \S+ times apart\.",
        found["comparison"],
    )
    # each network is measured once, and remembered: the sentence is made of what is known of both
    both = api.http.post("/api/probe", json={"variants": PAIR[::-1]}).json()
    assert both["comparison"].startswith("Towards the input the gradient of ResNet-56 grows ")
    alone = api.http.post("/api/probe", json={"variants": PAIR[:1]}).json()
    assert alone["comparison"] is None


def test_a_run_says_it_at_each_step(api: Any) -> None:
    run = api.start(variants=PAIR, steps=3)
    schema, *said = [event.data for event in api.follow(run) if event.kind in {"schema", "step"}]
    assert len(said) == 3
    for step in said:
        plain, residual = step["variants"]
        # the first step moves the classifier's bias alone; float32 holds no change of 1e-13 of a weight
        word = "gradient" if step["step"] == 0 else "vanishing"
        check(plain, schema["variants"][0], word, step["step"])
        check(residual, schema["variants"][1], "gradient", step["step"])
        assert ("half of the first half's weights do not change at all" in plain["findings"][0]["sentence"]) == (
            step["step"] > 0
        )
        assert ("; in 1 step the loss of plain-56 " in step["comparison"]) == (step["step"] == 1)
    assert schema["version"] == VERSION


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
    evidence = found[-1][0]["evidence"]
    assert evidence == [["zero_fraction", "layer1.0.relu1", shares[-1]], ["dead_units", "layer1.0.relu1", 4]]


def test_a_network_whose_skips_were_changed_goes_by_the_name_that_it_was_made_with(api: Any) -> None:
    cut = {**SMALL, "skips": [False, False]}
    alone = api.http.post("/api/probe", json={"variants": [cut], "batch_size": 8}).json()
    born = api.http.post("/api/probe", json={"variants": [cut], "born": [SMALL], "batch_size": 8}).json()
    assert [one["variants"][0]["label"] for one in (alone, born)] == ["plain-6", "ResNet-6"]
    assert alone["variants"][0]["values"] == born["variants"][0]["values"]
    refused = api.http.post("/api/probe", json={"variants": [cut], "born": [SMALL, SMALL], "batch_size": 8})
    assert refused.status_code == 422
    assert refused.json()["field"] == "born"
