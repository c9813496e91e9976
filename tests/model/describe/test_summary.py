"""The summary is plain data: totals, layers, graph."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipscope import Architecture, preset, summarize


def test_totals_of_resnet50() -> None:
    summary = summarize(preset("resnet50")).to_dict()
    assert (summary["name"], summary["label"]) == ("resnet50", "ResNet-50")
    assert summary["totals"] == {
        "parameters": 25_557_032,
        "macs": 4_089_184_256,
        "depth": 50,
        "blocks": 16,
        "paths": "65536",
        "activation_bytes": summary["totals"]["activation_bytes"],
        "parameter_bytes": 102_228_128,
        "receptive_field": 427,
    }
    assert any("3x3" in note for note in summary["notes"])


def test_paths_double_with_each_skip() -> None:
    assert summarize(preset("plain110")).totals["paths"] == "1"
    assert summarize(preset("resnet1202")).totals["paths"] == str(2**600)
    assert summarize(preset("resnet20", skips=[True, False] * 4 + [True])).totals["paths"] == "32"


def test_a_changed_preset_has_no_name() -> None:
    summary = summarize(preset("resnet56", norm="none"))
    assert (summary.name, summary.label) == (None, "ResNet-56")


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_it_is_json_and_consistent(data: st.DataObject, architectures: st.SearchStrategy[Architecture]) -> None:
    architecture: Architecture = data.draw(architectures)
    summary = json.loads(json.dumps(summarize(architecture).to_dict()))
    graph, layers = summary["graph"], summary["layers"]
    names = [layer["name"] for layer in layers]
    assert len(set(names)) == len(names)
    assert graph["nodes"] == layers
    assert [(edge["source"], edge["target"]) for edge in graph["edges"]] == [
        (source, layer["name"]) for layer in layers for source in layer["inputs"]
    ]
    assert summary["totals"]["parameters"] == sum(layer["parameters"] for layer in layers)
    assert Architecture.model_validate(summary["architecture"]) == architecture


@pytest.mark.parametrize("name", ["resnet18", "resnet1202"])
def test_a_summary_is_the_same_twice(name: str) -> None:
    assert summarize(preset(name)).to_dict() == summarize(preset(name)).to_dict()
