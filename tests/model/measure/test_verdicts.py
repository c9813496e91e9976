"""The diagnosis of every preset and of twelve networks of others, before and after some training, beside the verdict of
a person who looked at the numbers."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.presets import PRESETS
from skipscope.model.measure.diagnosis import Finding, diagnose
from skipscope.model.measure.recorder import Recorder
from skipscope.model.measure.sgd import SGD
from skipscope.model.network.resnet import ResNet
from tests.model.measure.foreign_nets import FOREIGN, made

GRADIENT = re.compile(
    r"The gradient (?:(?P<way>grows|shrinks) (?P<pace>\S+)-fold a (?:block|place) towards the input, "
    r"(?:to )?(?P<whole>[\d.e+-]+?)(?:-fold| of it) in all"
    r"|stays about the same towards the input, (?P<flat>\S+)-fold in all)"
)
Loss = Callable[[nn.Module], Tensor]


class Verdict(NamedTuple):
    """What a person says: how far the gradient grows towards the input at the start, the kinds then and later, why."""

    low: float
    high: float
    first: str
    later: str
    why: str


def said(net: nn.Module, loss: Loss, steps: int, lr: float) -> tuple[list[Finding], list[Finding]]:
    """Return the findings of the first and of the last of some steps."""
    optimizer = SGD(net.parameters(), lr=lr)
    told: list[list[Finding]] = []
    with Recorder(net) as recorder:
        for _ in range(steps):
            optimizer.zero_grad()
            loss(net).backward()
            optimizer.step()
            record = recorder.read()
            assert record is not None
            told.append(diagnose(record))
    return told[0], told[-1]


def kinds(findings: list[Finding]) -> str:
    return " ".join(dict.fromkeys(finding.kind for finding in findings))


def factor_of(findings: list[Finding]) -> float:
    """Return the factor that the sentence about the gradient names."""
    found = next(match for finding in findings if (match := GRADIENT.match(finding.sentence)))
    return float(found["whole"] or found["flat"])


def held(verdict: Verdict, first: list[Finding], later: list[Finding]) -> None:
    """Hold that the diagnosis says what the person says, each with numbers and none with a word of praise."""
    assert kinds(first) == verdict.first, verdict.why
    assert kinds(later) == verdict.later, verdict.why
    if verdict.high:
        assert verdict.low <= factor_of(first) <= verdict.high, verdict.why
    for finding in (*first, *later):
        assert "healthy" not in finding.sentence
        grave = finding.kind in ("vanishing", "exploding")
        assert grave == finding.sentence.endswith((": vanishing.", ": exploding."))
        assert not grave or any(measure in ("update_ratio", "loss") for measure, _, _ in finding.evidence)


MILD = "with BatchNorm a gradient grows a little from block to block; skips keep it to a tenth"
STAGES = (
    "each block of bottlenecks and each stage adds its part, all of it before a step is made; a step later it is less"
)
PLAIN = "without skips BatchNorm makes it grow by four tenths a block (Yang et al. 2019)"
WRECKED = "it grows so far that the first step overwrites half of the early weights"
PRESET_VERDICTS = {
    "resnet18": Verdict(5, 30, "gradient", "gradient", MILD),
    "resnet34": Verdict(10, 100, "gradient", "gradient", MILD),
    "resnet50": Verdict(100, 1000, "gradient", "gradient", STAGES),
    "resnet101": Verdict(400, 4e3, "gradient", "gradient", STAGES),
    "resnet152": Verdict(2e3, 2e4, "gradient", "gradient", STAGES),
    "resnext50_32x4d": Verdict(100, 1000, "gradient", "gradient", STAGES),
    "resnext101_32x8d": Verdict(400, 4e3, "gradient", "gradient", STAGES),
    "resnext101_64x4d": Verdict(400, 4e3, "gradient", "gradient", STAGES),
    "wide_resnet50_2": Verdict(100, 1000, "gradient", "gradient", STAGES),
    "wide_resnet101_2": Verdict(400, 4e3, "gradient", "gradient", STAGES),
    "resnet20": Verdict(4, 20, "gradient", "gradient", MILD),
    "resnet32": Verdict(6, 40, "gradient", "gradient", MILD),
    "resnet44": Verdict(8, 60, "gradient", "gradient", MILD),
    "resnet56": Verdict(10, 80, "gradient", "gradient", MILD),
    "resnet110": Verdict(20, 200, "gradient", "gradient", MILD),
    "resnet1202": Verdict(300, 3e3, "gradient", "gradient", "a thousandfold over 600 blocks is a hundredth a block"),
    "plain18": Verdict(10, 100, "gradient", "gradient", PLAIN),
    "plain34": Verdict(150, 1500, "gradient", "gradient", PLAIN),
    "plain20": Verdict(8, 80, "gradient", "gradient", PLAIN),
    "plain32": Verdict(50, 500, "gradient", "gradient", PLAIN),
    "plain44": Verdict(400, 4e3, "gradient", "gradient", PLAIN),
    "plain56": Verdict(2e3, 3e4, "gradient", "gradient", PLAIN),
    "plain110": Verdict(2e6, 3e8, "exploding", "vanishing", WRECKED),
    "preact_resnet110": Verdict(60, 600, "gradient", "gradient", MILD),
    "preact_resnet164": Verdict(700, 7e3, "gradient", "gradient", STAGES),
    "preact_resnet1001": Verdict(2e5, 5e6, "gradient", "gradient", STAGES),
    "wrn_16_4": Verdict(3, 15, "gradient", "gradient", MILD),
    "wrn_16_8": Verdict(3, 15, "gradient", "gradient", MILD),
    "wrn_28_10": Verdict(8, 40, "gradient", "gradient", MILD),
    "wrn_40_4": Verdict(10, 60, "gradient", "gradient", MILD),
    "resnet26": Verdict(15, 100, "gradient", "gradient", STAGES),
    "resnet18d": Verdict(4, 30, "gradient", "gradient", MILD),
    "resnet34d": Verdict(10, 80, "gradient", "gradient", MILD),
    "resnet50d": Verdict(80, 800, "gradient", "gradient", STAGES),
    "resnet101d": Verdict(500, 5e3, "gradient", "gradient", STAGES),
    "resnet152d": Verdict(2e3, 2e4, "gradient", "gradient", STAGES),
    "seresnet50": Verdict(25, 250, "gradient", "gradient", "the gates take part of it: a quarter of ResNet-50's"),
}
LARGE = frozenset(
    {
        *("resnet101", "resnet152", "resnet101d", "resnet152d", "resnet1202", "preact_resnet1001"),
        *("resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2", "wrn_28_10"),
    }
)
"""Take two thirds of the time of all."""
RATE = 5e-4
MUCH = 2e7
"""Of networks with more weights the second step is the last one."""


def test_there_is_a_verdict_on_every_preset() -> None:
    assert set(PRESET_VERDICTS) == set(PRESETS)
    assert len(FOREIGN_VERDICTS) == len(FOREIGN) == 12


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in LARGE else n for n in PRESETS])
def test_of_a_preset_is_said_what_a_person_says(name: str) -> None:
    architecture = PRESETS[name].architecture
    size = 64 if architecture.stem != "cifar" else 8
    net = ResNet(architecture.replace(image_size=size, in_channels=1, num_classes=10), seed=0)
    images = torch.randn(4, 1, size, size, generator=torch.Generator().manual_seed(0))

    def loss(net: nn.Module) -> Tensor:
        return nn.functional.cross_entropy(net(images), torch.arange(4))

    steps = 3 if sum(one.numel() for one in net.parameters()) < MUCH else 2
    held(PRESET_VERDICTS[name], *said(net, loss, steps, RATE))


NOTHING = "unmeasured"
FOREIGN_VERDICTS: dict[str, tuple[Verdict, str, str]] = {
    "a small CNN": (
        Verdict(1.2, 4, "gradient", "gradient", "two convolutions before their pooling: nothing stands out"),
        "from ReLU 1.2 to convolution 0.0.", "from ReLU 1.2 to convolution 0.0.",
    ),
    "a sequence of an RNN": (
        Verdict(0, 0, NOTHING, NOTHING, "one layer is nothing to compare, and its tanh is inside it"),
        "fewer than two places", "Measured was no activation function",
    ),
    "a frozen backbone": (
        Verdict(0, 0, f"{NOTHING} frozen", f"{NOTHING} frozen", "no gradient passes a backbone that is frozen"),
        "4 of 5 weights had no gradient: frozen, or not used.", "4 of 5 weights had no gradient: frozen, or not used.",
    ),
    "a transformer": (
        Verdict(0.5, 3, f"gradient {NOTHING}", f"gradient {NOTHING}", "its skips and norms keep it"),
        "to block layers.layers.0.", "Measured was no activation function",
    ),
    "a U-Net": (
        Verdict(0.3, 2, "gradient", "gradient", "the first map is joined to the last: the way is short"),
        "from convolution head to convolution top.0.", "from convolution head to convolution top.0.",
    ),
    "a depthwise network": (
        Verdict(2, 20, "gradient", "gradient", "13 layers with BatchNorm grow as plain ones do"),
        "The gradient grows 1.2-fold a place", "from convolution 6.1.0 to convolution 0.0.",
    ),
    "a stem registered last": (
        Verdict(1e-8, 1e-5, "vanishing", "vanishing", "a sigmoid layer passes a sixth: 8 of them leave 1e-6"),
        "from layer body.7.0 to layer stem,", "weights change by at most ",
    ),
    "a dictionary of answers": (
        Verdict(0.5, 3, "gradient", "gradient", "three convolutions with BatchNorm"),
        "from convolution features.2.0 to convolution features.0.0.", "features.0.0.",
    ),
    "an MLP with LayerNorm": (
        Verdict(0.3, 3, "gradient", "gradient", "LayerNorm keeps it over eight layers"),
        "from layer 7.0 to layer 0.0.", "from layer 7.0 to layer 0.0.",
    ),
    "a dense network": (
        Verdict(0.5, 6, "gradient", "gradient", "each layer reads all before it: the first are read by all"),
        "to convolution stem.", "to convolution stem.",
    ),
    "a siamese network": (
        Verdict(0.5, 3, "gradient", "gradient", "both passes add up, in three layers"),
        "from convolution 2.0 to convolution 0.0.", "from convolution 2.0 to convolution 0.0.",
    ),
    "a deep sigmoid network": (
        Verdict(1e-19, 1e-14, "vanishing", "vanishing", "twenty sigmoid layers: it does vanish"),
        "half of the first half's weights do not change at all", "while layer 20 changes by 0.0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_of_a_network_of_others_is_said_what_a_person_says(name: str) -> None:
    verdict, words, later = FOREIGN_VERDICTS[name]
    net, loss = made(name)
    first, last = said(net, loss, 16, 0.05)
    held(verdict, first, last)
    for findings, expected in ((first, words), (last, later)):
        assert expected in " ".join(finding.sentence for finding in findings), verdict.why
