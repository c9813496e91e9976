"""Colours, widths, dashes and the whole figure are those of the page, which tests/js/figure/drawing.test.js holds."""

import math
from dataclasses import asdict, replace
from typing import Any, cast

import pytest

from skipscope.model.show.drawing import draw
from skipscope.model.show.focus import focus
from skipscope.model.show.geometry import lay_out
from skipscope.model.show.layout import Asked, Brush, Layout
from skipscope.model.show.measured import Columns, decode
from skipscope.model.show.net import Net, describe
from skipscope.model.show.network import Network, networks_of
from skipscope.model.show.palette import PALETTES, Theme
from skipscope.model.show.quantity import Quantity, magnitudes_of
from skipscope.model.show.ranges import Scope, local_ranges
from skipscope.model.show.scale import decade_range, decade_ticks, format_number, magnitude_style
from skipscope.model.show.strips import strip_trace
from skipscope.model.show.styles import Painter, Styles
from tests.model.show.golden import SUMMARIES, probe_of, read

GOLDEN = read("figures.json")
SPECIAL = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}


def number(said: float | str) -> float:
    return SPECIAL[said] if isinstance(said, str) else said


def start() -> tuple[list[Network], list[Columns]]:
    """Return the networks and numbers of the page's test."""
    summaries = [SUMMARIES["plain20"], SUMMARIES["resnet20"]]
    probes = [probe_of(one) for one in summaries]
    values = probes[1]["values"]
    for column in values.values():
        column[2] = 0
    values["residual_gradient_norm"][1] = values["identity_gradient_norm"][1] = values["gradient_rms"][5] = "nan"
    values["nonfinite"][5] = 1
    before = networks_of(summaries)
    columns = [decode(one, net.schema) for one, net in zip(probes, before, strict=True)]
    return networks_of(summaries, [None, [b != 7 for b in range(9)]]), columns


def painter(quantity: Quantity = "gradient_path", scope: Scope = "common", theme: Theme = "light") -> Painter:
    networks, columns = start()
    magnitudes = [magnitudes_of(quantity, net, one, 64) for net, one in zip(networks, columns, strict=True)]
    span = (0, 1) if quantity == "dead_units" else (-6, -1)
    return Painter(networks, magnitudes, quantity, span, local_ranges(scope, quantity, networks, magnitudes), theme)


def preactivated() -> Painter:
    summary = SUMMARIES["preact20"]
    networks = networks_of([summary])
    columns = decode(probe_of(summary), networks[0].schema)
    magnitudes = [magnitudes_of("gradient_path", networks[0], columns, 64)]
    local = local_ranges("stage", "gradient_path", networks, magnitudes)
    return Painter(networks, magnitudes, "gradient_path", (-6, 0), local, "light")


def describe_all(one: Painter) -> tuple[Net, ...]:
    return tuple(describe(net.summary, net.label) for net in one.networks)


def layout_of(width: float) -> Layout:
    return lay_out(Asked(tuple(describe(net.summary, net.label) for net in start()[0]), width, 560))


def focused() -> Layout:
    nets = tuple(describe(net.summary, net.label) for net in start()[0])
    out = Layout("focus", 820, 560)
    focus(out, Asked(nets, 820, 560, "trunk", Brush(1, 8)))
    return out


def plain(styles: Styles) -> dict[str, Any]:
    return {
        "lines": [line._asdict() for line in styles.lines],
        "boxes": [box._asdict() for box in styles.boxes],
        "junctions": styles.junctions,
        "texts": styles.texts,
        "values": [value._asdict() for value in styles.values],
    }


def test_the_palettes_are_those_of_the_page() -> None:
    assert {theme: asdict(palette) for theme, palette in PALETTES.items()} == GOLDEN["palettes"]


def test_magnitudes_are_drawn_as_on_the_page() -> None:
    for case in GOLDEN["magnitudes"]:
        style = magnitude_style(case["hue"], number(case["log"]), (-6, 0), case["theme"])
        assert style == (case["color"], case["width"], case["dash"]), case


def test_numbers_are_written_as_on_the_page() -> None:
    assert [format_number(number(said)) for said, _ in GOLDEN["numbers"]] == [text for _, text in GOLDEN["numbers"]]


@pytest.mark.parametrize("case", GOLDEN["ranges"], ids=lambda case: str(case["range"]))
def test_ranges_and_ticks_are_those_of_the_page(case: dict[str, Any]) -> None:
    logs = [number(said) for said in case["logs"]]
    span = decade_range(logs)
    assert [None if one is None else list(one) for one in (span, decade_range(logs, 0))] == [
        case["range"],
        case["untrimmed"],
    ]
    values, texts = decade_ticks(span or (-6, 0), 5)
    assert {"values": values, "texts": texts} == case["ticks"]


def test_the_figure_is_that_of_the_page() -> None:
    layout = layout_of(820)
    assert draw(layout, painter().paint(layout), "light") == GOLDEN["figure"]


def test_the_focus_is_that_of_the_page() -> None:
    styles = painter(scope="network").paint(focused())
    assert draw(focused(), styles, "dark") == GOLDEN["focus, by network"]


def test_the_strips_are_those_of_the_page() -> None:
    one = painter(scope="network")
    trace = strip_trace(focused(), one.networks, "light", one)
    assert {key: trace[key] for key in GOLDEN["strips, by network"]} == GOLDEN["strips, by network"]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("rows, dark, activation, by stage", lambda: painter("activation", "stage", "dark").paint(layout_of(400))),
        ("weight gradient, by block", lambda: painter("weight_gradient", "block").paint(layout_of(820))),
        ("weight gradient, by network", lambda: painter("weight_gradient", "network").paint(layout_of(820))),
        (
            "pre-activated, by stage",
            lambda: preactivated().paint(lay_out(Asked(describe_all(preactivated()), 820, 560))),
        ),
        ("branch ratio", lambda: painter("branch_ratio").paint(layout_of(820))),
        ("dead units", lambda: painter("dead_units").paint(layout_of(820))),
    ],
)
def test_styles_are_those_of_the_page(name: str, made: Any) -> None:
    styles = plain(made())
    for part, golden in GOLDEN[name].items():
        assert styles[part] == golden, part


def test_zero_lost_absent_and_cut_are_told_apart() -> None:
    layout = layout_of(820)
    styles = painter().paint(layout)
    hatches = {style.hatch for style in styles.boxes}
    assert {"zero", "lost", None} <= hatches
    lines = {
        (line.variant, line.block, line.part): style for line, style in zip(layout.lines, styles.lines, strict=True)
    }
    cut, zero, lost = lines[1, 7, "identity"], lines[1, 2, "identity"], lines[1, 1, "identity"]
    projection, identity = lines[1, 3, "projection"], lines[1, 4, "identity"]
    assert len({style.dash for style in (cut, zero, lost, projection, identity)}) == 5
    assert identity.dash == "solid"


def test_a_local_range_is_that_of_its_part() -> None:
    one = painter(scope="network")
    faint = replace(one, magnitudes=[replace(m, branch=[b - 8 for b in m.branch]) for m in one.magnitudes[:1]])
    assert faint.networks == one.networks
    local = local_ranges("network", "gradient_path", one.networks[:1], faint.magnitudes)
    assert local is not None
    assert cast("tuple[int, int]", local(0, 0))[0] < -8
