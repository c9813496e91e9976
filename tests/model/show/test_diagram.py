"""The diagram as a figure: the page's drawing with legend, hover texts and strips, and words for what does not fit."""

import json
import subprocess
import sys
from typing import Any

import pytest

from skipscope import preset, summarize
from skipscope.model.show import diagram
from tests.model.show.golden import SUMMARIES, probe_of

PAIR = [SUMMARIES["plain20"], SUMMARIES["resnet20"]]
PROBES = [probe_of(one) for one in PAIR]


def drawn(summaries: Any, values: Any = None, **how: Any) -> dict[str, Any]:
    """Return a figure as the JSON that Plotly takes."""
    return json.loads(str(diagram(summaries, values, **how).to_json()))


def test_a_figure_says_what_it_draws() -> None:
    figure = drawn(PAIR, PROBES, batch_size=64)
    boxes, junctions = figure["data"][0], figure["data"][2]
    assert len(boxes["hovertext"]) == len(boxes["x"]) == 2 * 21
    told = next(text for text in boxes["hovertext"] if "layer2.0.conv1" in text and "ResNet-20" in text)
    assert "16×8×8 → 32×4×4" in told
    assert "gradient ∂L/∂x by path, RMS: 10⁻" in told or "×10⁻" in told
    assert "the skip is cut" in junctions["hovertext"][0]
    assert "shortcut: " in junctions["hovertext"][-1]
    assert sum("colorbar" in trace["marker"] for trace in figure["data"] if "marker" in trace) == 3
    assert "log scale" in figure["layout"]["annotations"][0]["text"]


def test_the_drawing_keeps_its_scale_above_the_legend() -> None:
    layout = drawn(PAIR, PROBES, batch_size=64)["layout"]
    assert layout["height"] - layout["margin"]["b"] == layout["yaxis"]["range"][0]
    assert layout["width"] == layout["xaxis"]["range"][1]


def test_parameters_and_macs_are_told_where_the_summary_has_them() -> None:
    figure = drawn(preset("resnet18"))
    assert any("147,456 parameters, 115,605,504 MACs" in text for text in figure["data"][0]["hovertext"])
    assert any("receptive field" in text for text in figure["data"][0]["hovertext"])


def test_without_values_no_magnitude_is_claimed() -> None:
    figure = drawn([preset("plain20"), preset("resnet20")])
    assert "pattern" not in figure["data"][0]["marker"]
    assert not any("colorbar" in trace.get("marker", {}) for trace in figure["data"])
    assert len({shape["line"].get("dash") for shape in figure["layout"]["shapes"][3:]}) > 3
    assert not any("measured" in text for text in figure["data"][0]["hovertext"])


def test_a_deep_net_has_a_cell_a_block_and_the_brush_in_full() -> None:
    summary = summarize(preset("resnet1202")).to_dict()
    probe = probe_of(summary)
    values = probe["values"]
    values["residual_gradient_norm"][3] = 0
    values["residual_gradient_norm"][4] = "inf"
    values["nonfinite"][4] = 1
    cut = [b != 9 for b in range(600)]
    figure = drawn(summary, probe, batch_size=8, skips=[cut], brush=(300, 307))
    strips = next(trace for trace in figure["data"][6:] if trace["type"] == "bar")
    assert len(strips["x"]) == 1200
    texts = strips["hovertext"]
    assert texts[7] == "layer1.3, ResNet-1202<br>F(x) 0"
    assert texts[9] == "layer1.4, ResNet-1202<br>F(x) not finite"
    assert texts[18] == "layer1.9, ResNet-1202<br>shortcut cut"
    looks = {(strips["marker"]["color"][i], strips["marker"]["line"]["width"][i]) for i in (7, 9, 18, 21)}
    assert len(looks) == 4
    assert len(figure["data"][2]["x"]) == 7
    assert figure["layout"]["shapes"][-1]["type"] == "rect"


def test_two_networks_of_one_name_are_told_apart() -> None:
    figure = drawn([preset("resnet20"), preset("resnet20")])
    lanes = {text for text in figure["data"][4]["text"] if text.startswith("<b>ResNet")}
    assert lanes == {"<b>ResNet-20</b>"}  # too narrow for the numbers; the letters tell them apart
    assert {"<b>A</b>", "<b>B</b>"} < set(figure["data"][4]["text"])
    others = drawn([preset("resnet20"), preset("resnet20", norm="none")])
    assert {"<b>A</b>", "<b>B</b>"} < set(others["data"][4]["text"])
    assert any("norm none" in text for text in others["data"][4]["text"])


def test_a_scale_of_ones_own_and_a_given_one() -> None:
    wide, own = (drawn(PAIR, PROBES, batch_size=64, **how) for how in ({"span": (-30, 0)}, {"scope": "block"}))
    assert wide["data"][-1]["marker"]["cmin"] == -30
    assert not any("colorbar" in trace.get("marker", {}) for trace in own["data"])
    assert wide["data"][0]["marker"]["color"] != own["data"][0]["marker"]["color"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"values": PROBES}, "batch_size: the RMS"),
        ({"values": PROBES, "batch_size": 0}, "batch_size=0: at least 1"),
        ({"values": PROBES[:1], "batch_size": 64}, "values: 1 for 2 networks"),
        ({"values": PROBES, "quantity": "flavour"}, "quantity='flavour'"),
        ({"values": PROBES, "batch_size": 64, "scope": "galaxy"}, "scope='galaxy'"),
        ({"values": PROBES, "batch_size": 64, "span": (0, -6)}, "span=(0, -6)"),
        ({"values": [{"values": {}}] * 2, "quantity": "activation"}, "none of the measures"),
        (
            {"values": [PROBES[0]["values"], {"gradient_rms": [1.0]}], "batch_size": 64},
            "values.gradient_rms: 1 numbers",
        ),
        ({"theme": "sepia"}, "theme='sepia'"),
        ({"view": "aerial"}, "view='aerial'"),
        ({"width": 10}, "width=10: 280 to"),
        ({"brush": (5, 5)}, "brush=(5, 5)"),
        ({"skips": [None]}, "skips: 1 for 2 networks"),
        ({"skips": [None, [True]]}, "skips: 1 for the 9 blocks"),
        ({"summaries": []}, "summaries: there is none"),
        ({"summaries": [{"label": "x"}]}, "summaries: architecture, layers, graph is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused_in_words(how: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError) as refused:
        diagram(how.pop("summaries", PAIR), **how)
    assert said in str(refused.value)


def test_a_request_needs_neither_plotly_nor_torch() -> None:
    code = (
        "import sys; from skipscope import preset; from skipscope.model.show.node import draw;"
        "from skipscope.model.show.requests import ask_profile;"
        "schema = {'taps': ['a', 'b'], 'weights': [], 'blocks': []};"
        "draw(ask_profile(schema, {'gradient_rms': [1, 2]}, 'gradient_rms'));"
        "sys.exit(' '.join({'torch', 'plotly', 'numpy'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
