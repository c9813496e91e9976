"""The README does what it says: its commands are run as printed, against the server that its first command starts."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from scripts.serving import serving

ROOT = Path(__file__).resolve().parent.parent
PRINTED = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    """Return the code blocks of the README in one language."""
    tokens = MarkdownIt("commonmark").parse((ROOT / "README.md").read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


def block_with(text: str, language: str = "sh") -> str:
    found = [block for block in blocks(language) if text in block]
    assert len(found) == 1, f"{len(found)} blocks of the README hold {text!r}"
    return found[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the server with the README's command, on a free port."""
    command = next(line for line in block_with("make run").splitlines() if line.startswith("make run"))
    data = tmp_path_factory.mktemp("data")
    with serving(data, [*command.split("#")[0].split(), "PORT=0"]) as (url, _):
        yield url


def shell(block: str, server: str) -> str:
    script = block.replace(PRINTED, server)
    answer = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=120)  # noqa: PLW1510
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_make_run_serves_the_page(server: str) -> None:
    with urllib.request.urlopen(server, timeout=10) as answer:
        page = answer.read().decode()
    assert "<title>Explore" in page
    assert PRINTED in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_summary_is_a_table(server: str) -> None:
    assert "25,557,032" in shell(block_with("/api/architectures/resnet50"), server)


def test_the_probe_measures_both_networks(server: str) -> None:
    plain, residual = json.loads(shell(block_with("/api/probe"), server))["variants"]
    first = {variant["label"]: variant["values"]["gradient_rms"][1] for variant in (plain, residual)}
    assert first[plain["label"]] < 1e-6 * first[residual["label"]]


def test_a_run_streams_to_its_end(server: str) -> None:
    stream = shell(block_with("/api/runs"), server)
    assert stream.count("event: step") == 20
    assert '"state":"done"' in stream.replace(" ", "")


@pytest.mark.parametrize("block", blocks("python"))
def test_python_examples_run(block: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout != ""


def test_every_example_is_run() -> None:
    # a block that no test above names would be printed and never tried
    tried = [block_with(text) for text in ("make run", "/api/architectures/resnet50", "/api/probe", "/api/runs")]
    by_hand = [block_with("scripts\\install.py", "bat"), block_with("docker compose up"), block_with("pip install")]
    assert sorted(blocks("sh") + blocks("bat")) == sorted(tried + by_hand)
