"""Each kind of finding on a real network that shows it, and on one that does not."""

from typing import Any

import pytest
import torch
from torch import nn

from skipscope.model.describe.presets import preset
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.diagnosis import Finding, diagnose
from skipscope.model.measure.fall import Fall
from skipscope.model.measure.record import MEASURES, Record, Schema
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.training import train

SMALL = {"image_size": 8, "in_channels": 1}


def measured(name: str, change: Any = None, **fields: Any) -> Record:
    """Record one step of a preset on a small random batch, after a change of the network."""
    net = ResNet(preset(name, **SMALL, **fields))
    if change is not None:
        change(net)
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(16, 1, 8, 8, generator=generator)
    labels = torch.randint(10, (16,), generator=generator)
    with Recorder(net) as recorder:
        nn.functional.cross_entropy(net(images), labels).backward()
        record = recorder.read()
    assert record is not None
    return record


def kill(net: ResNet) -> None:
    """Push what enters one activation far below zero."""
    conv = net.get_submodule("layer1.1.conv1")
    assert isinstance(conv.bias, nn.Parameter)
    with torch.no_grad():
        conv.bias.fill_(-100)


def inflate(net: ResNet) -> None:
    """Make one branch much larger than its shortcut."""
    weight = net.get_submodule("layer2.1.conv2").weight
    assert isinstance(weight, nn.Parameter)
    with torch.no_grad():
        weight.mul_(300)


def spoil(net: ResNet) -> None:
    """Put one infinite weight into the second stage."""
    weight = net.get_submodule("layer2.0.conv1").weight
    assert isinstance(weight, nn.Parameter)
    with torch.no_grad():
        weight[0, 0, 0, 0] = float("inf")


XAVIER = {"norm": "none", "init": "xavier_normal"}


def kinds(record: Record) -> set[str]:
    """Return the kinds that are found."""
    return {finding.kind for finding in diagnose([record])}


def test_a_plain_net_without_norm_loses_its_gradient_and_its_twin_does_not() -> None:
    plain, residual = measured("plain56", **XAVIER), measured("resnet56", **XAVIER)
    finding = diagnose([plain])[0]
    assert finding.kind == "gradient", "at the start nothing has come of it"
    assert finding.sentence.startswith("The gradient shrinks 2.9-fold a block towards the input, to ")
    assert finding.sentence.endswith(" of it in all, from block layer3.8 to block layer1.0.")
    for measure, name, value in finding.evidence:
        assert plain.of(measure, name) == value
    (finding,) = diagnose(residual)
    assert finding.sentence.startswith("The gradient grows 1.1-fold a block towards the input, 4.2-fold in all")


def test_a_plain_net_with_batch_norm_grows_towards_the_input_more_than_its_twin() -> None:
    plain, residual = (diagnose(measured(name))[0] for name in ("plain110", "resnet110"))
    assert plain.sentence.startswith("The gradient grows 1.4-fold a block towards the input, ")
    assert residual.sentence.startswith("The gradient grows 1.1-fold a block towards the input, ")


def test_a_residual_net_without_norm_grows_forward_with_kaiming() -> None:
    found = diagnose(measured("resnet110", norm="none"))
    assert any(finding.kind == "signal" and "grows" in finding.sentence for finding in found)


@pytest.mark.parametrize(("kind", "change"), [("zeros", kill), ("branch_domination", inflate), ("non_finite", spoil)])
def test_a_fault_is_found_where_it_was_made(kind: str, change: Any) -> None:
    assert kind not in kinds(measured("resnet20", **XAVIER))
    record = measured("resnet20", change, **XAVIER)
    finding = next(finding for finding in diagnose(record) if finding.kind == kind)
    place = {"zeros": "layer1.1.relu1", "branch_domination": "layer2.1", "non_finite": "layer2.0.relu1"}[kind]
    assert place in finding.sentence
    # every channel of the activation: its convolution's bias is far below zero
    assert ("; 16 of its units are dead, zero for every image of the batch." in finding.sentence) == (kind == "zeros")
    assert finding.evidence[0][1] == place


def test_zeros_that_stood_out_once_are_no_finding() -> None:
    usual, dead = measured("resnet20", **XAVIER), measured("resnet20", kill, **XAVIER)
    assert "zeros" not in {finding.kind for finding in diagnose([usual, dead])}
    found = next(finding for finding in diagnose([dead, dead]) if finding.kind == "zeros")
    assert "in each of the last 2 records" in found.sentence
    assert "zeros" in {finding.kind for finding in diagnose([usual, *[dead] * 10])}, "older than the last ten"


def test_a_gradient_of_exactly_zero_is_told_as_such() -> None:
    # the classifier of Fixup starts at 0, and with it every gradient before it
    record = measured("resnet20", norm="none", residual_init="fixup")
    finding = diagnose(record)[0]
    assert finding.kind == "gradient"
    assert finding.sentence.startswith(
        "9 of 9 blocks receive a gradient of exactly 0, layer3.2 included, while layer fc receives "
    )
    logits = record.of("gradient_rms", "fc")
    assert finding.evidence == (("gradient_rms", "layer3.2", 0.0), ("gradient_rms", "fc", logits))


def test_branches_that_start_at_zero_lose_nothing() -> None:
    record = measured("resnet20", residual_init="zero_gamma")
    assert set(record.columns["residual_rms"]) == {0.0}
    assert kinds(record) == {"gradient"}


def silence(net: ResNet) -> None:
    """Put an exact zero behind one block of a plain net and all that follow."""
    weight = net.get_submodule("layer2.1.conv2").weight
    assert isinstance(weight, nn.Parameter)
    with torch.no_grad():
        weight.zero_()


@pytest.mark.parametrize(
    ("ratio", "written"), [(2e-9, "2e-9"), (1.26e-13, "1.3e-13"), (0.00123, None), (1.234e3, "1200"), (3.94e5, "3.9e5")]
)
def test_numbers_are_written_for_readers(ratio: float, written: str | None) -> None:
    schema = Schema(("layer1.0", "layer3.8"), (), ("layer1.0", "layer3.8"))
    columns = {name: [None] * len(schema.names(name)) for name in MEASURES} | {"gradient_rms": [ratio, 1.0]}
    finding = diagnose(Record(schema, 0, columns))[0]
    assert finding.kind == "gradient"
    assert f" {written or '0.0012'}{' of it' if ratio < 1 else '-fold'} in all" in finding.sentence


def test_a_signal_of_exactly_zero_is_told_as_such() -> None:
    found = diagnose(measured("plain20", silence, **XAVIER))
    forward = next(finding for finding in found if finding.kind == "signal")
    assert forward.sentence == "5 of 9 blocks put out exactly 0, layer2.1 first."
    assert forward.evidence == (("activation_rms", "layer2.1", 0.0),)
    assert "branch_domination" not in {finding.kind for finding in found}


def test_a_place_whose_name_is_a_number_is_called_what_it_is() -> None:
    first = nn.Linear(8, 8)
    nn.init.constant_(first.bias, -100.0)
    net = nn.Sequential(first, nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
    with Recorder(net) as recorder:
        net(torch.rand(4, 8)).sum().backward()
        record = recorder.read()
    assert record is not None
    said = " ".join(finding.sentence for finding in diagnose(record))
    assert "receives a gradient of exactly 0, layer 0 included, while ReLU 1 receives" in said
    assert "puts out exactly 0, ReLU 1 first." in said


def test_a_shortcut_that_brings_exactly_zero_is_dominated() -> None:
    found = diagnose(measured("resnet20", lambda net: net.set_strength("layer1.1", 0.0), **XAVIER))
    finding = next(finding for finding in found if finding.kind == "branch_domination")
    assert finding.sentence.startswith("At layer1.1 the shortcut brings exactly 0, the branch F(x) ")
    assert finding.sentence.endswith(": branch domination in 1 of 9 blocks.")
    assert [(measure, name) for measure, name, _ in finding.evidence] == [
        ("residual_rms", "layer1.1"), ("identity_rms", "layer1.1"),
    ]  # fmt: skip
    assert finding.evidence[1][2] == 0


def test_the_wire_has_the_evidence_as_it_has_the_numbers() -> None:
    record = measured("plain56", **XAVIER)
    told = diagnose(record)[0].to_dict()
    values = record.to_dict()["gradient_rms"]
    assert told["step"] == record.step
    assert told["evidence"] == [
        ["gradient_rms", name, values[record.schema.taps.index(name)]] for name in ("layer1.0", "layer3.8")
    ]


X, Y = torch.randn(16, 3, 32, 32, generator=torch.Generator().manual_seed(0)), torch.arange(16) % 4


def trained(net: nn.Module, x: torch.Tensor, steps: int, lr: float = 0.05) -> list[str]:
    """Return what is said of a network after some steps, the last of which is recorded."""
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    found: list[str] = []
    with Recorder(net) as recorder:
        for step in range(max(1, steps)):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(x).flatten(1), Y).backward()
            if steps:
                optimizer.step()
            record = recorder.read()
            assert record is not None
            if step == max(1, steps) - 1:
                found = [f"{finding.kind}: {finding.sentence}" for finding in diagnose(record)]
    return found


def make_cnn(width: int = 16) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
        nn.Conv2d(width, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 4),
    )  # fmt: skip


@pytest.mark.parametrize("steps", [0, 20])
@pytest.mark.parametrize("size", [16, 32])
def test_a_small_cnn_is_compared_before_its_pooling(size: int, steps: int) -> None:
    (said,) = trained(make_cnn(), X[:, :, :size, :size], steps)
    assert said.startswith("gradient: The gradient ")
    assert said.endswith("from ReLU 5 to convolution 0.")


def test_a_frozen_backbone_is_said() -> None:
    net = make_cnn()
    for parameter in net[:4].parameters():
        parameter.requires_grad_(False)
    assert trained(net, X, 1)[-1] == "frozen: 3 of 5 weights had no gradient: frozen, or not used."


def test_a_graver_word_rests_on_updates_that_were_measured() -> None:
    torch.manual_seed(0)
    layers = [nn.Sequential(nn.Linear(8, 8), nn.Sigmoid()) for _ in range(12)]
    net = nn.Sequential(nn.Linear(8, 8), *layers, nn.Linear(8, 4))
    x = X[:, 0, 0, :8]
    assert trained(net, x, 0)[0].startswith("gradient: The gradient shrinks ")
    said = trained(net, x, 20)[0]
    assert said.startswith("vanishing: The gradient shrinks ")
    assert "and half of the first half's weights do not change at all, while layer 13 changes by 0.002" in said


@pytest.mark.parametrize(("name", "word"), [("plain56", "vanishing"), ("plain110", "exploding")])
def test_updates_of_plain_networks_are_a_consequence(name: str, word: str) -> None:
    found = steps_of(name, 3, **(XAVIER if word == "vanishing" else {}))
    assert found[-1 if word == "vanishing" else 0][0].kind == word
    sentence = found[-1 if word == "vanishing" else 0][0].sentence
    consequence = {
        "vanishing": ", and half of the first half's weights do not change at all, while layer fc changes by ",
        "exploding": ", and half of the first half's weights change by ",
    }
    assert consequence[word] in sentence
    assert sentence.endswith(f": {word}.")


def steps_of(name: str, steps: int, **fields: Any) -> list[list[Finding]]:
    """Return the findings of the first steps of a training."""
    request = {"variants": [{"preset": name, **fields}], "steps": steps, "batch_size": 16}
    return [list(step.variants[0].findings) for step in train(TrainingRequest.model_validate(request))]


STAYS, FALLS = Fall(2.3, 2.28, 200), Fall(2.31, 0.9, 200)


def test_a_loss_that_stays_beside_one_that_falls_is_a_consequence() -> None:
    plain = measured("plain56", **XAVIER)
    finding = diagnose(plain, STAYS, {"ResNet-56": FALLS})[0]
    assert finding.kind == "vanishing"
    told = ", and the loss fell from 2.30 to 2.28 in 200 steps, that of ResNet-56 fell from 2.31 to 0.900: vanishing."
    assert finding.sentence.endswith(told)
    assert finding.evidence[2:] == (("loss", "start", 2.3), ("loss", "now", 2.28), ("loss", "ResNet-56", 0.9))
    assert diagnose(plain, STAYS, {"plain-110": STAYS})[0].kind == "gradient", "none learns"
    assert diagnose(plain, STAYS)[0].kind == "gradient", "alone"
    assert diagnose(plain, FALLS, {"ResNet-56": FALLS})[0].kind == "gradient", "both learn"


def test_a_loss_that_stays_is_told_where_the_gradient_is_not_steep() -> None:
    found = diagnose(measured("plain20"), STAYS, {"ResNet-20": FALLS})
    assert [finding.kind for finding in found] == ["gradient", "behind"]
    assert (
        found[1].sentence == "The loss fell from 2.30 to 2.28 in 200 steps, that of ResNet-20 fell from 2.31 to 0.900."
    )


def test_no_record_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        diagnose([])
