"""Every file is short enough to want to read, and nothing says what a comment or a commit should not."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app", "model", "static/js", "static/css", "templates", "scripts", "benchmarks", "tests")
SUFFIXES = {".py", ".js", ".css", ".html", ".ts"}
LIMIT = 300
# longer ones, each with its reason
ALLOWED: dict[str, tuple[int, str]] = {
    "static/js/wire.d.ts": (1480, "generated from the models of the wire"),
}


def sources() -> list[Path]:
    """Return every source file of the project, as a path from its root."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
    return sorted(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


def test_there_are_sources_in_every_folder() -> None:
    names = [path.as_posix() for path in sources()]
    assert all(any(name.startswith(f"{folder}/") for name in names) for folder in FOLDERS)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_file_is_about_250_lines(path: Path) -> None:
    num_lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    limit, reason = ALLOWED.get(path.as_posix(), (LIMIT, "the project's limit"))
    assert num_lines <= limit, f"{path} has {num_lines} lines, more than {limit} ({reason}): one noun a file"


def test_an_allowance_is_still_needed() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in ALLOWED}
    assert [name for name, length in lengths.items() if length <= LIMIT] == []


@pytest.mark.parametrize("path", [path for path in sources() if path.suffix == ".py"], ids=str)
def test_a_module_says_what_lives_in_it(path: Path) -> None:
    first = (ROOT / path).read_text(encoding="utf-8").lstrip()
    # a script may start with an interpreter line
    assert re.match(r'(#!.*\n)?"""\S', first), f"{path} starts with no docstring"


def test_tests_are_no_packages() -> None:
    # tests/model/__init__.py would shadow the package `model`
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_requirement_has_an_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(item for items in extras.values() for item in items)]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;]", item)[0]).lower() for item in wanted}
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert names - pinned == set(), "run `make lock`"
