"""The figures of what the tests run: those in CONTRIBUTING, how V8's counts become lines, and when they are too old."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from scripts import covered, v8_lines, vendor

MODULE = """// says what it is
export const used = (a) =>
  a + 1;

export function unused() {
  return 'never';
}
const wide = "𝛼𝛼𝛼𝛼"; used(wide.length) > 2 ? used(5) : unused();
"""


@pytest.fixture
def measured() -> covered.Measured:
    return json.loads(covered.FILE.read_text(encoding="utf-8"))


def test_the_figures_stand_in_the_document_for_contributors(measured: covered.Measured) -> None:
    assert covered.words(measured) in covered.CONTRIBUTING.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", covered.SOURCES)
def test_no_more_lines_run_than_there_are(measured: covered.Measured, language: str) -> None:
    found = measured["Python" if language == "Python" else "JavaScript"]
    assert len(found) > 50
    assert all(0 <= ran <= lines for ran, lines in found.values())


def test_figures_that_leave_out_a_tenth_of_the_lines_are_refused(
    measured: covered.Measured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(covered, "FILE", tmp_path / "figures")
    whole = {name: [1, 1] for name in covered.modules("Python")}
    measured["Python"], measured["JavaScript"] = whole, {name: [1, 1] for name in covered.modules("JavaScript")}
    covered.FILE.write_text(json.dumps(measured))
    assert covered.check() == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line == covered.words(measured)
    measured["Python"] = {name: one for name, one in whole.items() if not name.startswith("app/")}
    covered.FILE.write_text(json.dumps(measured))
    assert covered.check() == 1
    said = capsys.readouterr()
    assert "app/main.py" in said.out
    assert "run `make coverage`" in said.err


def test_lines_of_a_module_are_those_that_node_ran(tmp_path: Path) -> None:
    path = tmp_path / "module.mjs"
    path.write_text(MODULE, encoding="utf-8")
    own = {**os.environ, "NODE_V8_COVERAGE": str(tmp_path / "counts")}
    subprocess.run([vendor.node_bin() / "node", path], env=own, check=True)
    (file,) = (tmp_path / "counts").glob("*.json")
    (script,) = (one for one in json.loads(file.read_text())["result"] if one["url"] == path.as_uri())
    assert v8_lines.code_lines(path) == {2, 3, 5, 6, 8}
    # a function that nobody calls is declared all the same
    assert v8_lines.ran_in_module(path, script["functions"]) == {2, 3, 5, 8}


def test_a_bundled_file_leads_back_to_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v8_lines.bundle, "FOLDER", tmp_path / "vendor" / "page")
    v8_lines.bundle.build()
    points = v8_lines.points_of_bundle()
    served = [path for path in v8_lines.bundle.FOLDER.glob("*.js") if path.stem not in v8_lines.bundle.ALONE]
    assert {v8_lines._key(path) for path in served} == set(points)
    assert len(points) == len(served)
    modules = {module for found in points.values() for _, module, _ in found if module.startswith("static/js/")}
    # those that come later are files of their own
    assert len(modules) > 100
    for module in modules:
        lines = (v8_lines.ROOT / module).read_text(encoding="utf-8").count("\n")
        assert all(1 <= line <= lines + 1 for found in points.values() for _, name, line in found if name == module)
    for path in served:
        assert max((offset for offset, *_ in points[v8_lines._key(path)]), default=0) < len(
            path.read_text(encoding="utf-8")
        )
