"""The quantities of a question: their network, their blocks, and their values in a measurement."""

from typing import Any, get_args

import pytest

from skipscope.app.rooms.quantity import Quantity, axis_of, known_block, spread, subject_of, values_of


def test_the_last_network_of_an_address_is_the_subject() -> None:
    found = subject_of("net=resnet20&net=plain56,norm:none,only:14")
    assert (found.label, found.stages, found.blocks) == ("plain-56", (9, 9, 9), 27)
    assert [at for at, on in enumerate(found.skips, 1) if on] == [14]


@pytest.mark.parametrize("quantity", get_args(Quantity))
@pytest.mark.parametrize("blocks", [3, 9, 27, 54, 501])
def test_points_are_spread_from_end_to_end_without_the_known_one(quantity: Quantity, blocks: int) -> None:
    known = known_block(quantity, blocks)
    for points in range(2, 13):
        if points > blocks - (known is not None):
            continue
        found = spread(quantity, blocks, points)
        assert len(set(found)) == points
        assert list(found) == sorted(found)
        assert {*found, known} >= {1, blocks}
        assert known not in found


VARIANT: dict[str, Any] = {
    "taps": ["stem", "layer1.0.conv1", "layer1.0", "layer1.1"],
    "blocks": ["layer1.0", "layer1.1"],
    "values": {
        "gradient_rms": [9, 9, 2e-3, 4e-3], "activation_rms": [9, 9, 0.5, "inf"],
        "residual_rms": [3.0, 1.0], "identity_rms": [2.0, None],
    },
}  # fmt: skip


def test_each_is_relative_to_what_its_axis_says() -> None:
    assert values_of(VARIANT, "gradient_rms") == [0.5, 1.0]
    assert values_of(VARIANT, "activation_rms") == [1.0, None], "what is not finite is no number"
    assert values_of(VARIANT, "residual_rms") == [1.5, None], "a block without a shortcut has no ratio"
    assert axis_of("gradient_rms", 27, 1) == "gradient RMS at block 1, over that at block 27"
    assert axis_of("activation_rms", 27, None) == "activation RMS at each block, over that at block 1"
    assert "F(x) at each block" in axis_of("residual_rms", 27, None)
