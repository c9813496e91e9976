"""The directions of branches, with both engines: which images count, and in which passes of a step."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.angles import IMAGES, Angle, Branch, settle
from skipscope.model.measure.products import norms_of
from skipscope.model.measure.record import Record, Value
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.memory_format import put_weights
from skipscope.model.network.resnet import ResNet

pytestmark = pytest.mark.usefixtures("engine")

TINY: dict[str, Any] = {
    "stem": "cifar", "stem_width": 4, "depths": (3, 2), "widths": (4, 6), "image_size": 8, "num_classes": 3,
    "norm": "group", "norm_groups": 2,
}  # fmt: skip
"""Group norm: an image's numbers do not depend on the others of its batch."""
DESCENT, SUCCESSIVE = "descent_cosine", "successive_cosine"


def make(**fields: Any) -> ResNet:
    """Make the tiny network."""
    return ResNet(Architecture.model_validate({**TINY, **fields}))


def draw(number: int, seed: int = 1) -> tuple[Tensor, Tensor]:
    """Draw a batch."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(number, 3, 8, 8, generator=generator), torch.randint(3, (number,), generator=generator)


def loss_of(net: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the mean loss."""
    images, labels = batch
    return nn.functional.cross_entropy(net(images), labels)


def record_of(net: ResNet, run: Callable[[], object]) -> Record:
    """Record a step."""
    with Recorder(net) as recorder:
        run()
        record = recorder.read()
    assert record is not None
    return record


class Kept:
    """Branches and gradients at the forks of one forward and one backward pass, by block."""

    def __init__(self, net: ResNet, batch: tuple[Tensor, Tensor]) -> None:
        self.branches: dict[str, Tensor] = {}
        self.inputs: dict[str, Tensor] = {}
        handles: list[Any] = []
        for name, block in net.blocks.items():

            def fork(module: nn.Module, args: Any, output: Any, name: str = name) -> None:
                args[0].retain_grad()
                self.inputs[name] = args[0]

            def join(module: nn.Module, args: Any, name: str = name) -> None:
                self.branches[name] = args[0]

            handles += [block.fork.register_forward_hook(fork), block.junction.register_forward_pre_hook(join)]
        loss_of(net, batch).backward()
        for handle in handles:
            handle.remove()

    def cosines(self, images: range) -> dict[str, dict[str, list[float]]]:
        """Return the cosine of each image, by measure and block."""
        found: dict[str, dict[str, list[float]]] = {DESCENT: {}, SUCCESSIVE: {}}
        for name, branch in self.branches.items():
            gradient = self.inputs[name].grad
            if gradient is not None and gradient.shape == branch.shape:
                found[DESCENT][name] = [cosine(branch[i], -gradient[i]) for i in images]
        for (name, branch), (_, after) in pairwise(self.branches.items()):
            if branch.shape == after.shape:
                found[SUCCESSIVE][name] = [cosine(branch[i], after[i]) for i in images]
        return found


def cosine(a: Tensor, b: Tensor) -> float:
    """Return the cosine of two tensors, in float64."""
    a, b = a.detach().double().flatten(), b.detach().double().flatten()
    return (a @ b / (a.norm() * b.norm())).item()


def means(*found: dict[str, dict[str, list[float]]]) -> Iterator[tuple[str, str, float]]:
    """Return measure, block and mean of all images of all passes."""
    for measure in (DESCENT, SUCCESSIVE):
        for name in found[0][measure]:
            every = [one for cosines in found for one in cosines[measure][name]]
            yield measure, name, sum(every) / len(every)


def assert_holds(record: Record, *found: dict[str, dict[str, list[float]]]) -> None:
    """Hold a record against the means, and null where there is none."""
    expected: dict[tuple[str, str], Value] = {(measure, name): mean for measure, name, mean in means(*found)}
    assert len(expected) == 7  # four blocks keep their shape, three pairs are alike
    for measure in (DESCENT, SUCCESSIVE):
        for name in record.schema.blocks:
            value = record.of(measure, name)
            if (measure, name) in expected:
                assert value == pytest.approx(expected[measure, name], abs=1e-5), (measure, name)
            else:
                assert value is None, (measure, name)


@pytest.mark.parametrize("number", [1, IMAGES, IMAGES + 1, 40])
@pytest.mark.parametrize("channels_last", [False, True])
def test_the_first_images_of_the_batch_count(number: int, channels_last: bool) -> None:
    net, (images, labels) = make(), draw(number)
    if channels_last:
        images = images.contiguous(memory_format=torch.channels_last)
        put_weights(net, "channels_last")
    record = record_of(net, lambda: loss_of(net, (images, labels)).backward())
    assert_holds(record, Kept(net, (images, labels)).cosines(range(min(number, IMAGES))))


def test_all_passes_of_a_step_count() -> None:
    net, batches = make(), [draw(3, seed) for seed in (1, 2)]
    record = record_of(net, lambda: [loss_of(net, batch).backward() for batch in batches])
    assert_holds(record, *[Kept(net, batch).cosines(range(3)) for batch in batches])


def test_the_gradient_is_that_of_all_backward_passes() -> None:
    net, batch = make(), draw(20)

    def run() -> None:
        loss = loss_of(net, batch)
        (3 * loss).backward(retain_graph=True)
        (-2 * loss).backward()

    assert_holds(record_of(net, run), Kept(net, batch).cosines(range(IMAGES)))


def test_passes_of_autograd_grad_count_where_there_are_no_others() -> None:
    net, batch = make(), draw(5)
    weights = list(net.parameters())
    alone = record_of(net, lambda: torch.autograd.grad(loss_of(net, batch), weights))
    assert_holds(alone, Kept(net, batch).cosines(range(5)))

    def both() -> None:
        loss = loss_of(net, batch)
        torch.autograd.grad(-loss, weights, retain_graph=True)
        loss.backward()

    assert_holds(record_of(net, both), Kept(net, batch).cosines(range(5)))


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize("together", [1, 2])
def test_checkpointing_changes_no_cosine(reentrant: bool, together: int) -> None:
    net, batch = make(), draw(20)
    blocks = list(net.blocks.values())

    def run() -> None:
        x = net.enter_trunk(batch[0])
        for i in range(0, len(blocks), together):
            x = checkpoint(nn.Sequential(*blocks[i : i + together]), x, use_reentrant=reentrant)
        nn.functional.cross_entropy(net.leave_trunk(x), batch[1]).backward()

    assert_holds(record_of(net, run), Kept(net, batch).cosines(range(IMAGES)))


def test_a_cut_skip_still_has_a_branch() -> None:
    net, batch = make(skips=False), draw(4)
    record = record_of(net, lambda: loss_of(net, batch).backward())
    assert_holds(record, Kept(net, batch).cosines(range(4)))


def test_a_branch_of_zeros_points_nowhere() -> None:
    net, batch = make(residual_init="zero_gamma"), draw(4)
    record = record_of(net, lambda: loss_of(net, batch).backward())
    assert set(record.columns[DESCENT]) == set(record.columns[SUCCESSIVE]) == {None}


def test_an_image_of_zeros_does_not_count() -> None:
    net, (images, labels) = make(norm="none"), draw(4)
    images[1] = 0
    record = record_of(net, lambda: loss_of(net, (images, labels)).backward())
    kept = Kept(net, (images, labels))
    assert not kept.branches["layer1.0"][1].any()
    found = {
        measure: {name: [each[i] for i in (0, 2, 3)] for name, each in of.items()}
        for measure, of in kept.cosines(range(4)).items()
    }
    assert_holds(record, found)


def test_a_dropped_block_has_no_direction_and_its_neighbours_no_next() -> None:
    net, batch = make(depths=(8, 2), stochastic_depth=0.9), draw(4)
    record = record_of(net, lambda: loss_of(net, batch).backward())
    assert record.dropped
    for name, after in pairwise(record.schema.blocks):
        alike = name.startswith("layer1") and after.startswith("layer1")
        assert (record.of(SUCCESSIVE, name) is None) == (
            (not alike and name != "layer2.0") or name in record.dropped or after in record.dropped
        )
        assert (record.of(DESCENT, name) is None) == (name in record.dropped or name == "layer2.0")


def test_a_step_leaves_nothing_to_the_next() -> None:
    net, batches = make(), [draw(4, seed) for seed in (1, 2)]
    with Recorder(net) as recorder:
        loss_of(net, batches[0]).backward()
        assert recorder.read() is not None
        loss_of(net, batches[1]).backward()
        record = recorder.read()
    assert record is not None
    assert_holds(record, Kept(net, batches[1]).cosines(range(4)))


def test_of_a_larger_batch_the_first_images_alone_are_kept() -> None:
    whole = torch.randn(40, 4, 8, 8)
    assert Branch(whole, 1).images.untyped_storage().nbytes() == whole[:IMAGES].nbytes
    few = whole[:IMAGES].clone()
    assert Branch(few, 1).images.data_ptr() == few.data_ptr(), "a whole one is not copied"


def test_a_branch_that_was_changed_in_place_has_no_direction() -> None:
    x, angle = torch.randn(4, 5), Angle()
    branch = Branch(x, 1)
    x.add_(1)
    branch.meet(x, norms_of(x), angle)
    settle([angle])
    assert angle.mean() is None


def test_numbers_beyond_float32s_squares_have_directions() -> None:
    net, batch = make(norm="none", depths=(3, 2)), draw(4)
    with torch.no_grad():
        for block in net.blocks.values():
            block.get_submodule("conv2").weight.mul_(1e-26)  # type: ignore[operator]
    # the loss, times so little, is not the reference's: the direction of its gradient is

    def run() -> None:
        (1e-15 * loss_of(net, batch)).backward()

    record = record_of(net, run)
    assert_holds(record, Kept(net, batch).cosines(range(4)))
