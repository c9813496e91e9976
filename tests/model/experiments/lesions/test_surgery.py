"""Networks with blocks deleted or swapped against the same ones run whole by hand."""

import pytest
import torch
from torch import Tensor, nn

from skipscope import ResNet
from skipscope.model.experiments.lesions.surgery import CHANGES_SHAPE, Surgery
from tests.model.experiments.paths.test_cut import made

DEEP = {"depths": (3, 2, 2), "widths": (4, 8, 8)}


def by_hand(net: ResNet, images: Tensor, labels: Tensor, order: list[int], deleted: set[int]) -> tuple[float, float]:
    """Run the whole network with its blocks in an order; of deleted ones the branch gives zeros."""
    blocks = list(net.blocks.values())
    x = net.enter_trunk(images)
    for number in order:
        block = blocks[number]
        entered = block.enter(x)
        residual, identity = block.paths(entered, entered if block.skip else None)
        assert residual is not None
        if number in deleted:
            residual = residual * 0 if identity is not None else entered
        x = block.leave(block.junction(residual, identity)) if number not in deleted or block.skip else x
    logits = net.leave_trunk(x)
    return nn.functional.cross_entropy(logits, labels).item(), (logits.argmax(1) != labels).double().mean().item()


@pytest.mark.parametrize("name", ["resnet20", "preact_resnet110"])
def test_each_lesion_is_that_of_the_network_run_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net, images, labels = made({"preset": name, **DEEP})
    for kept in (2**40, 1):  # all activations are kept, or the first alone
        monkeypatch.setattr("skipscope.model.experiments.lesions.surgery.KEPT_BYTES", kept)
        surgery = Surgery(net, images, labels)
        order = list(range(7))
        assert surgery.deletable == order
        assert surgery.whole == pytest.approx(by_hand(net, images, labels, order, set()), rel=1e-12)
        assert surgery.without(set()) == surgery.whole
        for deleted in [{0}, {3}, {6}, {1, 4}, {2, 3, 5}, set(order)]:
            wanted = by_hand(net, images, labels, order, deleted)
            assert surgery.without(deleted) == pytest.approx(wanted, rel=1e-12)


def test_blocks_change_places_with_those_of_their_shape() -> None:
    net, images, labels = made({"skips": False, **DEEP, "depths": (2, 1, 1), "widths": (4, 8, 16)})
    surgery = Surgery(net, images, labels)
    swapped = by_hand(net, images, labels, [1, 0, 2, 3], set())
    assert surgery.reordered(1, torch.Generator().manual_seed(0)) == pytest.approx(swapped, rel=1e-12)
    assert swapped != surgery.whole


def test_a_block_that_changes_the_shape_stays_if_it_has_no_shortcut() -> None:
    net, images, labels = made({"skips": False, **DEEP})
    surgery = Surgery(net, images, labels)
    assert surgery.reasons == {3: CHANGES_SHAPE, 5: CHANGES_SHAPE}
    assert surgery.influence[3] is None
    assert surgery.without({1}) == pytest.approx(by_hand(net, images, labels, list(range(7)), {1}), rel=1e-12)


def test_influence_is_one_less_the_cosine_of_input_and_output() -> None:
    net, images, labels = made(DEEP)
    x = net.enter_trunk(images)
    y = net.blocks["layer1.0"](x)
    cosines = [(a @ b / a.norm() / b.norm()).item() for a, b in zip(x.flatten(1), y.flatten(1), strict=True)]
    assert Surgery(net, images, labels).influence[0] == pytest.approx(1 - sum(cosines) / 3, rel=1e-6)
