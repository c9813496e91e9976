"""The recipes of docs/your-model.md run as printed, those of other packages if they are installed, and record what they
promise."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from skipscope.model.watch.batch import Row
from tests.model.watch.trained import rows_in

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "your-model.md"
RECIPES = [
    (token.info.removeprefix("python").strip(), token.content)
    for token in MarkdownIt("commonmark").parse(DOCUMENT.read_text(encoding="utf-8"))
    if token.type == "fence" and token.info.startswith("python")
]
NAMES = ["five minutes", "plain PyTorch", "Lightning", "Transformers", "Accelerate", "DDP", "FSDP2"]


def run(recipe: str, code: str, folder: Path) -> list[Row]:
    """Run a recipe as a reader would, in two processes if it is one of torchrun; return the rows that it recorded."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    size = 2 if recipe == "torchrun" else 1
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKIPSCOPE_")}
    kept |= {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1"}
    if size > 1:
        kept |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(size)}
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code], cwd=folder, stderr=subprocess.PIPE, text=True,
            env=kept | ({"RANK": str(rank), "LOCAL_RANK": str(rank)} if size > 1 else {}),
        )
        for rank in range(size)
    ]  # fmt: skip
    errors = [process.communicate(timeout=240)[1] for process in running]
    assert [process.returncode for process in running] == [0] * size, "\n".join(errors)
    (file,) = folder.glob("*.skipscope")
    return rows_in(file)


def test_there_is_a_recipe_for_each_way_to_train() -> None:
    assert [recipe for recipe, _ in RECIPES] == [
        "", "recipe", "lightning", "transformers", "accelerate", "torchrun", "torchrun",
    ]  # fmt: skip
    assert len(NAMES) == len(RECIPES)


@pytest.mark.parametrize(("recipe", "code"), RECIPES, ids=NAMES)
def test_a_recipe_runs_as_printed(recipe: str, code: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if recipe == "lightning":
        pytest.importorskip("pytorch_lightning", exc_type=ImportError)
        # the package has two names
        code = code.replace("import lightning.pytorch as", "import pytorch_lightning as")
    elif recipe == "transformers":
        pytest.importorskip("transformers", exc_type=ImportError)
    elif recipe == "accelerate":
        pytest.importorskip("accelerate", exc_type=ImportError)
    rows = run(recipe, code, tmp_path)
    assert len(rows) >= 4
    assert [row.step for row in rows[:3]] == [0, 1, 2]
    told = [row.gradient or {} for row in rows]
    for row, gradient in zip(rows, told, strict=True):
        norms = row.columns["weight_gradient_norm"]
        assert norms and any(value is not None and value > 0 for value in norms)
        assert gradient["steps"] == 1
        assert "loss" in row.logged or recipe == "transformers"
    name = request.node.callspec.id
    of_two = {"plain PyTorch", "Accelerate"}
    assert {gradient["passes"] for gradient in told} == ({2} if name in of_two else {1})
    assert {gradient.get("shared", "") for gradient in told} == {
        {"DDP": "averaged", "FSDP2": "summed"}.get(name, ""),
    }
    assert {gradient.get("scale") for gradient in told} == ({65536.0} if name == "plain PyTorch" else {None})
