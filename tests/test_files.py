"""Every file is short enough to want to read, and nothing says what a comment or a commit should not."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app", "model", "static/js", "static/css", "templates", "scripts", "benchmarks", "tests")
SUFFIXES = {".py", ".js", ".css", ".html", ".ts"}
LIMIT = 300
# longer ones, each with its reason
ALLOWED: dict[str, tuple[int, str]] = {
    "static/js/wire.d.ts": (1800, "generated from the models of the wire"),
}


def sources() -> list[Path]:
    """Return every source file of the project, as a path from its root."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
    return sorted(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


def test_there_are_sources_in_every_folder() -> None:
    names = [path.as_posix() for path in sources()]
    assert all(any(name.startswith(f"{folder}/") for name in names) for folder in FOLDERS)


def too_long(path: Path, num_lines: int) -> str | None:
    """Say that a file is too long, if it is."""
    limit, reason = ALLOWED.get(path.as_posix(), (LIMIT, "the project's limit"))
    return f"{path} has {num_lines} lines, more than {limit} ({reason}): one noun a file" if num_lines > limit else None


def test_a_file_is_about_250_lines() -> None:
    found = [too_long(path, len((ROOT / path).read_text(encoding="utf-8").splitlines())) for path in sources()]
    assert [said for said in found if said] == []
    assert too_long(Path("app/new.py"), LIMIT) is None
    assert too_long(Path("app/new.py"), LIMIT + 1)


def test_an_allowance_is_still_needed() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in ALLOWED}
    assert [name for name, length in lengths.items() if length <= LIMIT] == []


def test_a_module_says_what_lives_in_it() -> None:
    modules = [path for path in sources() if path.suffix == ".py"]
    # a script may start with an interpreter line
    begins = re.compile(r'(#!.*\n)?"""\S')
    silent = [path for path in modules if not begins.match((ROOT / path).read_text(encoding="utf-8").lstrip())]
    assert [f"{path} starts with no docstring" for path in silent] == []


def test_no_context_is_entered_or_left_by_hand() -> None:
    calls = re.compile(r"\.__(enter|exit|aenter|aexit)__\(")
    # the simulation of a server that is killed leaves none, and is free to
    modules = [path for path in sources() if path.suffix == ".py" and path.parts[0] in {"app", "model"}]
    assert [str(path) for path in modules if calls.search((ROOT / path).read_text(encoding="utf-8"))] == []


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
