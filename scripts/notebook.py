"""Run the worked notebook and keep its outputs in it, with a digest of the code that made them."""

import hashlib
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "notebook.ipynb"
TIMEOUT = 300
WIDGET = "application/vnd.jupyter.widget-view+json"


def digest(notebook: Any) -> str:
    """Return a digest of all code of a notebook."""
    code = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()


def run(notebook: Any, folder: Path) -> None:
    """Run a notebook in a kernel of its own, in a folder."""
    # without the state of widgets, readers that draw none show the pictures
    client = NotebookClient(
        notebook, timeout=TIMEOUT, store_widget_state=False, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()


def write(path: Path) -> None:
    """Run the notebook and write it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    run(notebook, path.parent)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day
        for output in cell.get("outputs", ()):
            # a reader with no kernel would look for the widget, and show no picture
            output.get("data", {}).pop(WIDGET, None)
    notebook.metadata["skipscope"] = {"code": digest(notebook)}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK)
