"""The Python in the documents runs as printed: the blocks of a document one after the other, as a reader would."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from markdown_it import MarkdownIt

from skipscope import ResNet, preset, train
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.formats.tensors import documents, header_of
from skipscope.model.train import weights
from skipscope.model.watch.runfile import batches, read_head

DOCS = Path(__file__).resolve().parent.parent / "docs"


def python_of(document: Path) -> str:
    tokens = MarkdownIt("commonmark").parse(document.read_text(encoding="utf-8"))
    return "\n".join(token.content for token in tokens if token.type == "fence" and token.info == "python")


def run(document: Path, folder: Path) -> list[str]:
    """Run a document's Python in a folder of its own and return the lines that it prints."""
    command = [sys.executable, "-W", "error", "-c", python_of(document)]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_the_notebooks_page_does_what_it_says(tmp_path: Path) -> None:
    assert run(DOCS / "notebooks.md", tmp_path) == ["<!doctype html>"]


def test_the_recorders_page_does_what_it_says(tmp_path: Path) -> None:
    steps, gradient, finding, schema, numbers, *more, shape, rows = run(DOCS / "recorder.md", tmp_path)
    assert steps == "[0, 1, 2, 4, 6, 10]"
    assert float(gradient) > 0
    assert finding.startswith("gradient The gradient ")
    junctions, paths, which, table = more[:4], more[4], more[5], more[6:]
    assert junctions == [f"{n}: identity shortcut" for n in range(1, 5)]
    assert all(float(number) > 0 for number in paths.split())
    assert table[0] == "Sequential: 146 parameters, 146 of them trained; 512 MACs"
    assert table[2].split() == ["name", "type", "output", "parameters", "MACs"]
    assert schema == "('0', '1') ('0', '2')"
    zeros, update = numbers.split()
    assert 0 < float(zeros) < 1
    assert float(update) == 0, "no step was made"
    assert which.startswith("accumulated over 2 backward passes; clipped from a norm of ")
    assert 0 < float(which.rpartition(" ")[2]) < 0.01, "biases have a part of the norm that was clipped"
    assert shape == "[ 0  1  2  4  6 10] (6, 20)"
    assert rows == "6 ['layer1.0', 'layer1.1', 'layer1.2']"


def test_the_page_of_watching_does_what_it_says(tmp_path: Path) -> None:
    assert run(DOCS / "watch.md", tmp_path) == []
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("first-try-")
    assert len(list(batches(file, read_head(file)[2]))) > 0


def test_the_page_of_installing_does_what_it_says(tmp_path: Path) -> None:
    assert run(DOCS / "install.md", tmp_path) == ["25557032"]


def test_the_page_of_weights_does_what_it_says(tmp_path: Path) -> None:
    state = ResNet(preset("resnet50")).state_dict()
    torch.save(state, tmp_path / "resnet50.pth")
    torch.save({"state_dict": state, "state_dict_ema": state}, tmp_path / "checkpoint.pth.tar")
    fields = {"variants": [{"preset": "resnet20"}, {"preset": "plain20"}], "steps": 1, "batch_size": 8}
    nets = train(TrainingRequest.model_validate(fields))
    data = io.BytesIO(weights.save(nets.variants, 1))
    nets.close()
    for end, chosen in (("-2", documents(data)[1:]), ("", documents(data))):
        tensors = b"".join(data.getvalue()[one.begin : one.end] for one in chosen)
        (tmp_path / f"5b2f0e8c1d6a4f37{end}.safetensors").write_bytes(header_of(chosen) + tensors)
    assert run(DOCS / "weights.md", tmp_path) == []


def test_the_page_of_experiments_does_what_it_says(tmp_path: Path) -> None:
    code = python_of(DOCS / "experiments.md").replace("steps=150", "steps=2, batch_size=8, samples=1")
    assert "samples=1" in code, "the example has other steps now"
    shown = "import plotly.io\nplotly.io.renderers.default = 'json'\n"
    command = [sys.executable, "-W", "error", "-c", shown + code]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("ResNet-56: paths through ")


RUN = {
    "recorder.md", "install.md", "jobs.md", "weights.md", "experiments.md", "watch.md", "your-model.md", "notebooks.md",
}  # fmt: skip
"""Here, in test_recipes.py, and jobs.md in the tests of jobs."""


@pytest.mark.parametrize("document", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_no_other_document_has_python_that_nobody_runs(document: Path) -> None:
    assert python_of(document) == "" or document.name in RUN
