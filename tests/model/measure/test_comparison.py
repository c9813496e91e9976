"""Networks side by side: one sentence of their gradients' courses and their losses."""

import pytest

from skipscope.model.describe.request import ProbeRequest
from skipscope.model.measure.comparison import compare, compare_courses, compare_probed
from skipscope.model.measure.course import Course
from skipscope.model.measure.fall import Fall
from skipscope.model.train.probe import probe

PLAIN = Course(1.26e-13, 26, "block", 0, 27)
RESIDUAL = Course(4.2, 26, "block", 0, 27)


def test_two_networks_are_compared_in_one_sentence() -> None:
    falls = [Fall(2.3, 2.28, 200), Fall(2.31, 0.9, 200)]
    assert compare_courses([PLAIN, RESIDUAL], ["plain-56", "ResNet-56"], falls) == (
        "Towards the input the gradient of plain-56 shrinks to 1.3e-13 of it (3.1-fold a block) and that of ResNet-56 "
        "grows 4.2-fold (1.1-fold a block): 3.3e13 times apart; in 200 steps the loss of plain-56 fell from 2.30 to "
        "2.28 and that of ResNet-56 fell from 2.31 to 0.900."
    )


def test_more_networks_are_compared_by_the_furthest() -> None:
    courses = [PLAIN, RESIDUAL, Course(1.3, 8, "block", 0, 9), Course(None, 8, "block", 3, 9)]
    assert compare_courses(courses, ["a", "b", "c", "d"]) == (
        "Towards the input the gradient of a shrinks to 1.3e-13 of it (3.1-fold a block), that of b grows 4.2-fold "
        "(1.1-fold a block), that of c stays about the same (1.3-fold) and that of d is exactly 0 at 3 of 9 blocks: at "
        "most 3.3e13 times apart."
    )


def test_alike_and_unmeasured_networks_are_told_as_such() -> None:
    assert compare_courses([RESIDUAL, RESIDUAL], ["a", "b"]).endswith(": about alike.")
    one = Course(None, 0, "block", 0, 1)
    assert compare_courses([RESIDUAL, one], ["a", "b"]).endswith("that of b was measured at fewer than two places.")


def test_a_probe_compares_its_networks_from_what_it_measured() -> None:
    small = {"depths": [1, 1], "widths": [4, 6], "stem_width": 4, "stem": "cifar", "norm": "none"}
    found = probe(ProbeRequest.model_validate({"variants": [small, {**small, "skips": False}], "batch_size": 8}))
    names = [variant["label"] for variant in found["variants"]]
    assert found["comparison"] == compare_probed(found["variants"])
    assert all(f"of {name} " in found["comparison"] for name in names)
    for variant in found["variants"]:
        first, last = (variant["values"]["gradient_rms"][variant["taps"].index(b)] for b in ("layer1.0", "layer2.0"))
        # layer1 has 8 x 8 positions, layer2 4 x 4
        assert variant["course"]["factor"] == pytest.approx(2 * first / last, rel=2e-3)
    assert compare_probed(found["variants"][:1]) is None


def test_fewer_than_two_and_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="two records or more"):
        compare([], [])
