"""The package's public names load when they are first used, and a description loads no PyTorch."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import skipscope

STUB = Path(skipscope.__file__).with_name("__init__.pyi")
DESCRIBING = "Architecture, ArchitectureError, Graph, PRESETS, build_graph, label, preset, resolve, summarize"


@pytest.mark.parametrize("name", skipscope.__all__)
def test_every_public_name_is_what_its_module_defines(name: str) -> None:
    home = next(line.split()[1] for line in STUB.read_text().splitlines() if line.endswith(f" import {name} as {name}"))
    assert getattr(import_module(f"skipscope{home}"), name) is getattr(skipscope, name)
    assert name in dir(skipscope)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = skipscope.nothing_of_that_name  # pyright: ignore[reportAttributeAccessIssue]


def test_types_are_for_users_too() -> None:
    assert STUB.with_name("py.typed").is_file()


def test_describing_loads_neither_torch_nor_numpy() -> None:
    script = f"import sys; from skipscope import {DESCRIBING}; print(sorted({{'torch', 'numpy'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_figures_have_a_short_address() -> None:
    from skipscope import show  # noqa: PLC0415  (as a user writes it, where it may fail)
    from skipscope.model.show import diagram  # noqa: PLC0415

    assert show.diagram is diagram
    assert all(callable(getattr(show, name)) for name in show.__all__)
