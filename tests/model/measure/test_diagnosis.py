"""Each kind of finding on a real network that shows it, and on one that does not."""

from typing import Any

import pytest
import torch
from torch import nn

from skipscope.model.describe.presets import preset
from skipscope.model.measure.diagnosis import diagnose
from skipscope.model.measure.record import MEASURES, Record, Schema
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.resnet import ResNet

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


def test_a_plain_net_without_norm_vanishes_and_its_twin_is_healthy() -> None:
    plain, residual = measured("plain56", **XAVIER), measured("resnet56", **XAVIER)
    finding = diagnose([plain])[0]
    assert finding.kind == "vanishing"
    assert finding.sentence.startswith("Block layer1.0 receives ")
    assert finding.sentence.endswith(" of the gradient that layer3.8 receives: vanishing.")
    for measure, name, value in finding.evidence:
        assert plain.of(measure, name) == value
    assert kinds(residual) == {"healthy"}


def test_a_plain_net_with_batch_norm_explodes_and_its_twin_does_not() -> None:
    assert "exploding" in kinds(measured("plain110"))
    assert "exploding" not in kinds(measured("resnet110"))


def test_a_residual_net_without_norm_explodes_forward_with_kaiming() -> None:
    found = diagnose(measured("resnet110", norm="none"))
    assert any(finding.kind == "exploding" and "way forward" in finding.sentence for finding in found)


@pytest.mark.parametrize(
    ("kind", "change"), [("dead_units", kill), ("branch_domination", inflate), ("non_finite", spoil)]
)
def test_a_fault_is_found_where_it_was_made(kind: str, change: Any) -> None:
    assert kind not in kinds(measured("resnet20", **XAVIER))
    record = measured("resnet20", change, **XAVIER)
    finding = next(finding for finding in diagnose(record) if finding.kind == kind)
    place = {"dead_units": "layer1.1.relu1", "branch_domination": "layer2.1", "non_finite": "layer2.0.relu1"}[kind]
    assert place in finding.sentence
    assert finding.evidence[0][1] == place


def test_units_that_were_dead_once_are_no_finding() -> None:
    healthy, dead = measured("resnet20", **XAVIER), measured("resnet20", kill, **XAVIER)
    assert "dead_units" not in {finding.kind for finding in diagnose([healthy, dead])}
    found = next(finding for finding in diagnose([dead, dead]) if finding.kind == "dead_units")
    assert "in each of the last 2 records" in found.sentence
    assert "dead_units" in {finding.kind for finding in diagnose([healthy, *[dead] * 10])}, "older than the last ten"


def test_a_gradient_of_exactly_zero_is_told_as_such() -> None:
    # the classifier of Fixup starts at 0, and with it every gradient before it
    record = measured("resnet20", norm="none", residual_init="fixup")
    finding = diagnose(record)[0]
    assert finding.kind == "vanishing"
    assert finding.sentence.startswith(
        "9 of 9 blocks receive a gradient of exactly 0, layer3.2 included, while fc receives "
    )
    logits = record.of("gradient_rms", "fc")
    assert finding.evidence == (("gradient_rms", "layer3.2", 0.0), ("gradient_rms", "fc", logits))


def test_branches_that_start_at_zero_lose_nothing() -> None:
    record = measured("resnet20", residual_init="zero_gamma")
    assert set(record.columns["residual_rms"]) == {0.0}
    assert kinds(record) == {"healthy"}


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
    columns = {name: [None, None] for name in MEASURES} | {"gradient_rms": [ratio, 1.0]}
    (finding,) = diagnose(Record(schema, 0, columns))
    assert finding.kind == ("healthy" if written is None else "vanishing" if ratio < 1 else "exploding")
    assert f" {written or '0.0012'} " in finding.sentence


def test_a_signal_of_exactly_zero_is_told_as_such() -> None:
    found = diagnose(measured("plain20", silence, **XAVIER))
    forward = next(finding for finding in found if "way forward" in finding.sentence)
    assert forward.sentence.startswith("5 of 9 blocks put out exactly 0, layer2.1 first: vanishing")
    assert forward.evidence == (("activation_rms", "layer2.1", 0.0),)
    assert "branch_domination" not in {finding.kind for finding in found}


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


def test_foreign_networks_are_judged_at_their_taps() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(*[nn.Sequential(nn.Linear(8, 8), nn.Sigmoid()) for _ in range(12)])
    with Recorder(net, taps="?*") as recorder:
        net(torch.randn(4, 8)).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert diagnose(record)[0].kind == "vanishing"


def test_no_record_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        diagnose([])
