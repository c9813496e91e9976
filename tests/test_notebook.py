"""The worked notebook keeps the outputs of its code, and runs; views and figures work in a kernel, and a saved notebook
with many views stays small. Each notebook is run from its first cell to its last in a kernel of its own."""

import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from scripts.notebook import NOTEBOOK, digest, run

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
VIEWS = """
import torch
import skipscope
from skipscope import Recorder, ResNet, preset

architecture = preset("resnet20", norm="none", image_size=8, in_channels=1, num_classes=10)
net = ResNet(architecture, seed=0)
with Recorder(net) as recorder:
    records = []
    for _ in range(30):
        net(torch.randn(4, 1, 8, 8)).square().mean().backward()
        records.append(recorder.read())
"""
SHOWN = "skipscope.show(records, architectures=architecture, batch_size=4)"
FIGURES = """
from skipscope.show import diagram, heatmap, profile
display(diagram(architecture, records[0], batch_size=4))
display(profile(recorder.schema, records[0]))
display(heatmap(recorder.schema, records))
"""


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep Jupyter's files in a folder of its own."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        yield home


def read() -> Any:
    """Return the worked notebook."""
    return nbformat.read(NOTEBOOK, as_version=4)


def outputs(notebook: Any) -> dict[str, list[Any]]:
    """Return each code cell's outputs by the cell's id."""
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def printed(found: list[Any]) -> str:
    """Return what a cell printed on the standard output; it must have said nothing on the error stream."""
    assert {output.name for output in found} == {"stdout"}
    return "".join(output.text for output in found)


def shown(found: list[Any], kind: str) -> list[Any]:
    """Return what a cell shows of a kind."""
    return [output.data[kind] for output in found if kind in output.get("data", {})]


def losses(found: list[Any]) -> list[tuple[float, float]]:
    """Return the first and the last loss of each network."""
    return [(float(a), float(b)) for a, b in re.findall(r"loss ([\d.]+) .*, ([\d.]+) at", printed(found))]


def masked(text: str) -> str:
    """Return a text without its numbers."""
    return re.sub(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?", "#", text)


def test_the_kept_outputs_are_those_of_the_code_and_convince() -> None:
    notebook = read()
    nbformat.validate(notebook)
    assert notebook.metadata.skipscope.code == digest(notebook), "run `make notebook`"
    assert NOTEBOOK.stat().st_size < 1_000_000
    assert "widgets" not in notebook.metadata
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert all(a < b for a, b in pairwise(counts))
    kept = outputs(notebook)
    (plain, residual) = losses(kept["losses"])
    assert abs(plain[1] - plain[0]) < 0.05, "it does not learn"
    assert residual[1] < 0.6 * residual[0], "it learns"
    for cell, step in (("train", 59), ("own", 79)):
        (picture,) = shown(kept[cell], SVG)
        assert f"step {step}</title>" in picture
        (table,) = shown(kept[cell], "text/plain")
        assert "∂L/∂x RMS" in table


def test_readers_that_draw_no_widget_show_the_pictures() -> None:
    page: str = HTMLExporter().from_notebook_node(read())[0]
    pictures = [b64decode(found).decode() for found in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)', page)]
    assert ["plain-56 and ResNet-56, step 59. plain-56: ∂L/∂x RMS" in one for one in pictures] == [True, False]
    assert "widget-view+json" not in page


@pytest.mark.slow
def test_the_worked_notebook_does_what_its_outputs_say(home: Path) -> None:
    notebook = read()
    kept = {name: [dict(one) for one in found] for name, found in outputs(notebook).items()}
    run(notebook, home)
    ran = outputs(notebook)
    for cell in ("describe", "losses"):
        assert masked(printed(ran[cell])) == masked("".join(one["text"] for one in kept[cell])), cell
    for cell in ("train", "own"):
        (now,), (then,) = shown(ran[cell], "text/plain"), [one["data"]["text/plain"] for one in kept[cell]]
        places = [re.findall(r"^\S+", text, re.MULTILINE) for text in (now, then)]
        assert places[0] == places[1], cell
    (plain, residual) = losses(ran["losses"])
    assert abs(plain[1] - plain[0]) < 0.05
    assert residual[1] < 0.7 * residual[0]
    assert "plain-56, step 0: " in printed(ran["findings"])


def test_ten_views_and_the_figures_in_a_kernel(home: Path) -> None:
    cells = [VIEWS, *[SHOWN] * 10, FIGURES]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # with the state of widgets, as nbclient keeps it unless it is told not to
    NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(home)}}).execute()
    *views, figures = notebook.cells[1:]
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    for cell in views:
        (bundle,) = [output.data for output in cell.outputs]
        assert set(bundle) == {"text/plain", SVG, WIDGET}
        assert bundle[WIDGET]["model_id"] in state
    diagram, profile, heatmap = shown(figures.outputs, PLOTLY)
    assert sum("colorbar" in trace.get("marker", {}) for trace in diagram["data"]) == 3
    assert [len(trace["y"]) for trace in profile["data"] if trace["mode"] == "lines+markers"] == [10]
    assert len(heatmap["data"][0]["x"]) == 30
    figures.outputs = []
    nbformat.write(notebook, home / "ten.ipynb")
    assert (home / "ten.ipynb").stat().st_size < 1_000_000
