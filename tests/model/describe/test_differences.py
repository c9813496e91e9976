"""What differs between networks side by side, in one sentence."""

from typing import Any

import pytest

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.differences import Net, differences_of
from skipscope.model.describe.presets import preset


def net(name: str = "resnet20", cut: int = 0, strength: float = 1.0, **fields: Any) -> Net:
    architecture = Architecture.model_validate({**preset(name).model_dump(), **fields})
    skips = [at >= cut and on for at, on in enumerate(architecture.skip_of)]
    return Net(architecture, skips, [strength] * len(skips))


@pytest.mark.parametrize(
    ("nets", "said"),
    [
        ([net()], ""),
        ([net(cut=2)], "2 of its 9 skips are cut."),
        ([net("plain20")], "It has no skip."),
        ([net(), net()], "Their settings and skips are the same."),
        ([net("plain20"), net()], "They differ only in 9 skips."),
        ([net(cut=1), net()], "They differ only in 1 skip."),
        ([net(cut=1), net(cut=2), net(cut=2)], "They differ only in 1 skip."),
        ([net(), net(strength=0.5)], "They differ only in the strength of shortcuts."),
        ([net("plain20", norm="none"), net("resnet56")],
         "They differ only in their skips, depth (9 and 27 blocks) and normalisation (none and batch)."),
        ([net(), net("resnet56"), net("resnet110")], "They differ only in depth."),
        ([net(), net(init_std=0.5, init="normal", squeeze_excitation=True, activation="gelu")],
         "They differ in activation (relu and gelu), initialisation (kaiming normal and normal), standard deviation "
         "(0.01 and 0.5) and 1 more setting."),
    ],
)  # fmt: skip
def test_differences_are_named_up_to_three(nets: list[Net], said: str) -> None:
    assert differences_of(nets) == said
