"""The package's public names load when they are first used, and a description loads no PyTorch."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import model

DESCRIBING = "Architecture, ArchitectureError, Graph, PRESETS, build_graph, label, preset, resolve, summarize"


@pytest.mark.parametrize("name", model.__all__)
def test_every_public_name_is_what_its_module_defines(name: str) -> None:
    value = getattr(model, name)
    home = import_module(model._HOME[name])
    assert getattr(home, name) is value
    assert name in dir(model)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = model.nothing_of_that_name


@pytest.mark.parametrize("package", ["model", "app"])
def test_types_are_for_users_too(package: str) -> None:
    assert (Path(model.__file__).parents[1] / package / "py.typed").is_file()


def test_describing_loads_neither_torch_nor_numpy() -> None:
    script = f"import sys; from model import {DESCRIBING}; print(sorted({{'torch', 'numpy'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
