"""The page's coordinates, which tests/js/figure/layout.test.js holds too, are those of the Python figures."""

from dataclasses import fields, replace
from typing import Any

import pytest

from skipscope import Architecture, preset, summarize
from skipscope.model.show.geometry import lay_out
from skipscope.model.show.layout import Asked, Brush, Layout, kind_of
from skipscope.model.show.net import Net, describe
from skipscope.model.show.path import nearest, number
from tests.model.show.golden import SUMMARIES, read

GOLDEN = read("layout.json")

NAMES = {("brush", "first"): "from", ("brush", "end"): "to", ("strips", "first"): "from", ("strips", "size"): "count"}


def nets(*names: str) -> tuple[Net, ...]:
    return tuple(describe(SUMMARIES[name]) for name in names)


def deep(*counts: int) -> Net:
    """A net of many blocks, made of ResNet-20's by repeating its stages' last blocks."""
    (net,) = nets("resnet20")
    index = iter(range(sum(counts)))
    each = counts if len(counts) == 3 else (counts[0] // 3,) * 3
    stages = [
        replace(stage, blocks=[stage.blocks[min(i, 2)]._replace(number=next(index)) for i in range(many)])
        for stage, many in zip(net.stages, each, strict=True)
    ]
    return replace(net, stages=stages, num_blocks=sum(counts))


CASES = {
    "columns, plain-20 and ResNet-20": Asked(nets("plain20", "resnet20"), 820, 560),
    "columns, ResNet-50, trunk first": Asked(nets("resnet50"), 820, 560, "trunk"),
    "rows, plain-56 and ResNet-56": Asked(nets("plain56", "resnet56"), 820, 560),
    "rows, ResNet-56, trunk first": Asked(nets("resnet56"), 820, 560, "trunk"),
    "rows, phone": Asked(nets("plain56", "resnet56"), 343, 440),
    "rows, a long stage in two where there is height": Asked((deep(54),), 820, 560),
    "columns, on a wide screen": Asked(nets("plain20", "resnet20"), 1500, 900),
    "columns, pre-activated ResNet-20": Asked(nets("preact20"), 820, 560),
    "columns, ResNet-18 and ResNet-20": Asked(nets("resnet18", "resnet20"), 820, 560),
    "rows, ResNet-20 and ResNet-56": Asked(nets("resnet20", "resnet56"), 820, 560),
    "rows, few blocks in a low panel": Asked(nets("resnet18", "resnet20"), 590, 470),
    "focus, unequal stages": Asked((deep(63), deep(12, 60, 9)), 820, 560, "paper", Brush(17, 24)),
    "focus, four rows on a wide screen": Asked((deep(600),), 1500, 900, "paper"),
    "focus, unequal stages in two rows": Asked((deep(63), deep(12, 60, 9)), 1500, 1000, "trunk", Brush(3, 29)),
    "focus, 600 blocks": Asked((deep(600), deep(600)), 820, 560, "paper", Brush(195, 207)),
}


def plain(layout: Layout) -> dict[str, Any]:
    """Return a layout as the page has it."""
    found: dict[str, Any] = {}
    for part in (field.name for field in fields(layout)):
        value = getattr(layout, part)
        if isinstance(value, list):
            found[part] = [_plain(part, one) for one in value]
        else:
            found[part] = _plain(part, value) if isinstance(value, Brush) else value
    return found


def _plain(part: str, place: Any) -> dict[str, Any]:
    known: dict[str, Any] = {name: value for name, value in place._asdict().items() if value is not None}
    return {NAMES.get((part, k), k): list(v) if isinstance(v, tuple) else v for k, v in known.items()}


def test_every_golden_layout_is_a_case() -> None:
    assert set(CASES) == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_coordinates_are_those_of_the_page(name: str) -> None:
    made = plain(lay_out(CASES[name]))
    assert set(made) == set(GOLDEN[name])
    for part, golden in GOLDEN[name].items():
        assert made[part] == golden, part


def test_the_number_of_blocks_chooses_the_layout() -> None:
    assert kind_of(nets("resnet20"), 820) == "columns"
    assert kind_of(nets("resnet20", "plain20"), 300) == "rows"
    assert kind_of((deep(60),), 820) == "rows"
    assert kind_of((deep(63),), 820) == "focus"


def test_a_brush_stays_inside_the_network() -> None:
    layout = lay_out(replace(CASES["focus, 600 blocks"], brush=Brush(598, 640)))
    assert layout.brush is not None
    assert layout.brush.end == 600
    assert len(layout.blocks) == 2 * (layout.brush.end - layout.brush.first)


@pytest.mark.parametrize(
    ("architecture", "texts"),
    [
        (preset("resnet20", shortcut="constant_scaling"), {"×0.5", "pad"}),
        (preset("resnet20", shortcut="conv1x1"), {"1×1"}),
        (preset("resnet56", shortcut="exclusive_gating"), {"×(1−g)", "pad ×(1−g)"}),
    ],
)
def test_what_a_shortcut_does_is_written(architecture: Architecture, texts: set[str]) -> None:
    layout = lay_out(Asked((describe(summarize(architecture).to_dict()),), 1400, 700))
    assert texts <= {text.text for text in layout.texts if text.role == "projection"}


def test_numbers_are_rounded_and_written_as_the_page_does() -> None:
    assert [nearest(value) for value in (0.5, 1.5, -0.5, -1.5, 2.4999)] == [1, 2, 0, -1, 2]
    assert [number(value) for value in (84.0, 0.5, -0.0, 52.38)] == ["84", "0.5", "0", "52.38"]
