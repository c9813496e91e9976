"""The worked notebook does what it says: it is run from its first cell to its last in a kernel of its own, and what it
shows is looked at. The file itself holds no outputs."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).resolve().parent.parent / "docs"
PLOTLY = "application/vnd.plotly.v1+json"


def read() -> Any:
    """Return the notebook."""
    return nbformat.read(DOCS / "notebook.ipynb", as_version=4)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Run the notebook; return each code cell's outputs by the cell's id."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(home / name.lower()))
        notebook = read()
        client = NotebookClient(notebook, timeout=180, resources={"metadata": {"path": str(DOCS)}})
        client.execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def printed(outputs: list[Any]) -> str:
    """Return what a cell printed on the standard output; it must have said nothing on the error stream."""
    assert {output.name for output in outputs} == {"stdout"}
    return "".join(output.text for output in outputs)


def figure(outputs: list[Any]) -> dict[str, Any]:
    """Return the one figure that a cell shows."""
    (found,) = [output.data[PLOTLY] for output in outputs if PLOTLY in output.get("data", {})]
    return found


def test_no_output_is_kept() -> None:
    notebook = read()
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert not [cell.id for cell in code if cell.outputs or cell.execution_count is not None]


def test_each_cell_shows_what_the_text_beside_it_says(ran: dict[str, list[Any]]) -> None:
    assert printed(ran["describe"]).splitlines() == [
        "plain-20: 20 layers, 268,746 parameters, paths: 1",
        "ResNet-20: 20 layers, 268,746 parameters, paths: 512",
    ]
    assert "ResNet-20: loss" in printed(ran["train"])
    said = printed(ran["diagnose"]).splitlines()
    assert said[0].startswith("plain-20: ")
    assert "gradient" in said[0]


def test_the_figures_are_there(ran: dict[str, list[Any]]) -> None:
    bare, measured = figure(ran["structure"]), figure(ran["diagram"])
    assert bare["layout"]["shapes"][3]["path"] == measured["layout"]["shapes"][3]["path"]
    assert sum("colorbar" in trace.get("marker", {}) for trace in measured["data"]) == 3
    lines = [trace for trace in figure(ran["profile"])["data"] if trace["mode"] == "lines+markers"]
    assert len(lines) == 4
    plain, residual = lines[0]["y"], lines[2]["y"]
    assert plain[-1] - plain[0] > 2 > residual[-1] - residual[0], "decades that the gradient loses on its way"
    assert len(figure(ran["heatmap"])["data"][0]["x"]) == 30
