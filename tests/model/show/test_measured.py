"""What a null on the wire stands for is what the record says: not finite, dropped, cut or not measured."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from skipscope import Recorder, ResNet, preset, summarize
from skipscope.model.measure.record import MEASURES, Record
from skipscope.model.show import diagram, heatmap
from skipscope.model.show.node import draw
from skipscope.model.show.requests import ask_heatmap

MANY = Path(__file__).with_name("many.js")
SMALL = {"image_size": 8, "in_channels": 1, "num_classes": 3, "depths": (2, 2), "widths": (4, 6), "stem_width": 4}


def recorded(spoiled: bool, **fields: Any) -> tuple[ResNet, Record]:
    """Record a step in which blocks are dropped, with or without an infinite weight in the last block that is not."""
    net = ResNet(preset("resnet20", **SMALL, stochastic_depth=0.9, **fields), seed=1)
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(4, 1, 8, 8, generator=generator)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with Recorder(net) as recorder:
        if spoiled:
            with torch.no_grad():
                next(net.parameters())[0, 0, 0, 0] = math.inf
        nn.functional.cross_entropy(net(images), torch.tensor([0, 1, 2, 0])).backward()
        optimizer.step()
        record = recorder.read()
    assert record is not None
    assert 0 < len(record.dropped) < len(record.schema.blocks)
    return net, record


def wire(record: Record) -> dict[str, Any]:
    """Return what the API says of it."""
    return {"values": record.to_dict(), "dropped": list(record.dropped)}


def traces(figure: Any) -> list[dict[str, Any]]:
    """Return a figure's traces as Plotly takes them."""
    return json.loads(figure.to_json())["data"]


def codes(record: Record, measured: Record | dict[str, Any]) -> dict[str, list[str]]:
    """Say of each number of a step whether it is one, as the heatmap of each measure shows it."""
    schema = {"label": "net", **record.schema.to_dict()}
    step = measured if isinstance(measured, Record) else {"step": record.step, "variants": [measured]}
    figures = draw({measure: ask_heatmap(schema, [step], measure) for measure in MEASURES}, MANY)
    found: dict[str, list[str]] = {}
    for measure, figure in figures.items():
        numbers, *rest = figure["data"]
        words = rest[0]["z"] if rest else [[None]] * len(numbers["z"])
        found[measure] = [("zero", "lost", "absent")[code] if code is not None else "number" for (code,) in words]
    return found


@pytest.mark.parametrize("spoiled", [False, True])
@pytest.mark.parametrize(
    "fields",
    [
        {"norm": "none"},
        {"norm": "none", "projection": "B", "skips": (True, True, False, True)},
        {"norm": "none", "order": "pre_activation", "shortcut": "shortcut_only_gating"},
        {"norm": "none", "squeeze_excitation": True, "projection": "C"},
    ],
    ids=str,
)
def test_the_wire_tells_apart_what_the_record_does(spoiled: bool, fields: dict[str, Any]) -> None:
    _, record = recorded(spoiled, **fields)
    own, read = codes(record, record), codes(record, wire(record))
    assert ("lost" in own["residual_rms"]) == spoiled
    for measure in MEASURES:
        assert read[measure] == own[measure], measure
    places = [record.schema.blocks.index(name) for name in record.dropped]
    assert {read["residual_rms"][place] for place in places} == {"absent"}


def test_figures_say_that_a_block_was_dropped() -> None:
    net, record = recorded(spoiled=True, norm="none")
    name = record.dropped[0]
    for measured in (record, wire(record)):
        texts = traces(diagram(summarize(net.architecture), measured, batch_size=4))[2]["hovertext"]
        assert "F(x): dropped in this step" in next(text for text in texts if f"<b>{name}</b>" in text)
        assert sum("dropped" in text for text in texts) == len(record.dropped)
    steps = [{"step": 0, "variants": [wire(record)]}]
    schema = {"label": "net", **record.schema.to_dict()}
    for measure, inside in (("gradient_rms", f"{name}.relu1"), ("residual_gradient_norm", name)):
        said = traces(heatmap(schema, steps, measure))[1]
        words = dict(zip(said["y"], (row[0] for row in said["text"]), strict=True))
        assert words[inside] == "dropped in this step"
        assert "not finite" in words.values()
