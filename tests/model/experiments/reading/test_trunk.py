"""The trunk's readings against the network run whole, with hooks on its blocks."""

import pytest
import torch
from torch import Tensor

from skipscope import ResNet
from skipscope.model.experiments.reading.probe import fit
from skipscope.model.experiments.reading.trunk import Trunk
from tests.model.experiments.paths.test_cut import made

DEEP = {"depths": (2, 2, 2), "widths": (4, 8, 8)}
CLASSES = tuple("abcdefghij")


def trunk_of(net: ResNet, images: Tensor, labels: Tensor) -> Trunk:
    trunk = Trunk("net", net, 10, 0.1)
    for part in torch.arange(len(labels)).split(2):
        trunk.fit_to(images[part], labels[part])
        trunk.judge_on(images[part], labels[part])
    trunk.look_at(images[:1], labels[:1])
    for number in range(len(trunk.places)):
        trunk.read(number)
    return trunk


def outputs_of(net: ResNet, images: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """Return the stem's output and each block's, and the logits."""
    seen: dict[str, Tensor] = {}
    blocks = [
        block.register_forward_hook(lambda _, __, output, name=name: seen.update({name: output}))
        for name, block in net.blocks.items()
    ]
    first = next(iter(net.blocks.values())).register_forward_pre_hook(lambda _, args: seen.update({"stem": args[0]}))
    with torch.no_grad():
        logits = net(images)
    for handle in (*blocks, first):
        handle.remove()
    return {"stem": seen.pop("stem"), **seen}, logits


@pytest.mark.parametrize("preset", ["resnet20", "preact_resnet110"])
def test_each_place_is_read_from_what_is_there_when_the_network_runs_whole(preset: str) -> None:
    net, images, labels = made({"preset": preset, **DEEP})
    trunk = trunk_of(net, images, labels)
    outputs, logits = outputs_of(net, images)
    assert trunk.places == tuple(outputs)
    own = outputs_of(net, images[:1])[1]
    for number, (name, output) in enumerate(outputs.items()):
        features = output.mean((2, 3))
        probe = fit(features, labels, 10, 0.1)
        assert probe is not None
        right = (probe.scores(features).argmax(1) == labels).double().mean().item()
        assert trunk.probe_accuracy[number] == right
        by, scores = trunk.answers[number]
        assert by == ("head" if output.shape[1] == 8 else "probe"), name
        if by == "probe":
            torch.testing.assert_close(scores, probe.scores(features)[0])
    assert torch.equal(trunk.answers[6][1], own[0].softmax(0)), "the last answer is the network's, to the last bit"
    assert trunk.head_accuracy[6] == (logits.argmax(1) == labels).double().mean().item()
    assert sorted(trunk.head_accuracy) == [3, 4, 5, 6]


def test_the_head_reads_earlier_places_as_if_the_blocks_after_them_were_gone() -> None:
    net, images, labels = made({**DEEP, "widths": (4, 4, 8)})
    trunk = trunk_of(net, images, labels)
    x = outputs_of(net, images[:1])[0]["layer3.0"]
    with torch.no_grad():
        assert torch.equal(trunk.answers[5][1], net.leave_trunk(x)[0].softmax(0))
    assert [trunk.answers[number][0] for number in range(7)] == ["probe"] * 5 + ["head"] * 2


def test_activations_that_are_not_finite_are_not_read() -> None:
    net, images, labels = made(DEEP)
    with torch.no_grad():
        net.blocks["layer2.0"].get_parameter("conv1.weight").fill_(torch.inf)
    found = trunk_of(net, images, labels).to_dict(CLASSES)
    assert [place["probe_accuracy"] is None for place in found["places"]] == [False] * 3 + [True] * 4
    assert [place["answer"] is None for place in found["places"]] == [False] * 3 + [True] * 4
    assert found["accuracy"] == 0
