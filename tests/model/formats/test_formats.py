"""Each format tells what the summary tells, and tells the paths apart."""

import csv
import io
import re

import pytest

from skipscope.model.describe.presets import preset
from skipscope.model.describe.summary import Summary, summarize
from skipscope.model.formats import FORMATS

NAMES = ["resnet18", "plain20", "resnext50_32x4d", "preact_resnet110", "seresnet50"]


@pytest.fixture(params=NAMES)
def summary(request: pytest.FixtureRequest) -> Summary:
    """Summarise a preset."""
    return summarize(preset(request.param))


def test_the_table_names_each_layer_and_the_totals(summary: Summary) -> None:
    text = FORMATS["text"][1](summary)
    lines = text.splitlines()
    for layer in summary.graph.layers:
        row = next(line for line in lines if re.search(rf"[ Fx] {re.escape(layer.name)} ", line))
        assert f"{layer.parameters:,}" in row or layer.parameters == 0
    assert f"{summary.totals['parameters']:,}" in text
    assert f"{summary.totals['macs']:,}" in text
    assert max(map(len, lines)) <= 160


def test_the_sheet_has_a_row_a_layer(summary: Summary) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"][1](summary))))
    assert [row["name"] for row in rows] == [layer.name for layer in summary.graph.layers]
    assert sum(int(row["parameters"]) for row in rows) == summary.totals["parameters"]
    assert sum(int(row["macs"]) for row in rows) == summary.totals["macs"]


def test_diagrams_tell_the_paths_apart(summary: Summary) -> None:
    kinds = [edge.kind for edge in summary.graph.edges]
    mermaid, dot = FORMATS["mermaid"][1](summary), FORMATS["dot"][1](summary)
    assert mermaid.count(" ==>|x| ") == kinds.count("identity")
    word = "0" if summary.architecture.projection == "A" else "1x1"
    assert mermaid.count(f" -.->|{word}| ") == kinds.count("projection")
    assert dot.count("style=bold") == kinds.count("identity")
    assert dot.count(" -> ") == len(kinds)
    assert dot.count("{") == dot.count("}")


def test_a_plain_net_has_no_identity_path() -> None:
    assert "==>" not in FORMATS["mermaid"][1](summarize(preset("plain20")))
