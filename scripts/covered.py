"""Which lines of Python and JavaScript the tests run. `make coverage` measures, in twice the time of the tests, and
writes tests/coverage.json and the sentence in CONTRIBUTING.md; `--check` prints the figures, and fails where more than
a tenth of the lines has come since they were measured. `--new` measures the modules that came since alone, in a fifth
of the time, by the test files that came since and all of JavaScript's.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NotRequired, TypedDict

from scripts import v8_lines, vendor

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "coverage.json"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
SENTENCE = re.compile(r"^Measured on .*lines of JavaScript\.$", re.MULTILINE)
SOURCES = {"Python": ("app", "model", "package"), "JavaScript": ("static/js",)}
SUFFIX = {"Python": ".py", "JavaScript": ".js"}
NEW = 0.1
"""The share of all lines that may lie in modules without a figure."""
TESTS = (
    ("-m", "not image and not ray and not package and not claims"),
    ("-m", "ray", "tests/app/executors", "tests/deploy"),
)
Counts = dict[str, list[int]]
"""Of each module the lines that ran, and the lines of code."""


class Measured(TypedDict):
    """The lines that ran, the day and the commit; and the commit at which modules that came later were measured."""

    date: str
    commit: str
    since: NotRequired[str]
    Python: Counts
    JavaScript: Counts


def modules(language: str) -> list[str]:
    """Name the modules of a language as they are now."""
    found = (path for folder in SOURCES[language] for path in (ROOT / folder).rglob(f"*{SUFFIX[language]}"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts)


def length(name: str) -> int:
    """Count a module's lines."""
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())


def words(measured: Measured) -> str:
    """Say the figures in a sentence."""
    parts: list[str] = []
    for language in SOURCES:
        ran, lines = (sum(column) for column in zip(*measured[language].values(), strict=True))
        parts.append(f"{100 * ran / lines:.1f} % of {lines:,} lines of {language}")
    later = f", later modules at {measured['since']} with their own tests" if "since" in measured else ""
    return f"Measured on {measured['date']} at {measured['commit']}{later}: the tests run {parts[0]} and {parts[1]}."


def unmeasured(measured: Measured) -> tuple[list[str], float]:
    """Name the modules that have no figure, and say which share of all lines is theirs."""
    now = [name for language in SOURCES for name in modules(language)]
    known = measured["Python"] | measured["JavaScript"]
    new = [name for name in now if name not in known]
    return new, sum(map(length, new)) / sum(map(length, now))


def check() -> int:
    """Print the figures; return 1 where they say too little of the modules as they are."""
    measured: Measured = json.loads(FILE.read_text(encoding="utf-8"))
    new, share = unmeasured(measured)
    print(words(measured))
    if new:
        print(f"{len(new)} modules, {100 * share:.1f} % of all lines, have come since: {', '.join(new)}")
    if share > NEW:
        remedy = "run `make coverage`, or, for a while, `python -m scripts.covered --new`"
        print(f"More than {100 * NEW:.0f} % of the lines have no figure: {remedy}.", file=sys.stderr)
        return 1
    return 0


def python_figures(scratch: Path) -> Counts:
    """Combine what all processes of the tests wrote."""
    report = scratch / "report.json"
    for command in (["combine", "--quiet"], ["json", "--quiet", "--ignore-errors", "-o", str(report)]):
        subprocess.run([sys.executable, "-m", "coverage", *command, "--rcfile", str(scratch / "rc")], check=True)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    ran = {(ROOT / name).resolve().relative_to(ROOT).as_posix(): one["summary"] for name, one in files.items()}
    return {
        name: [ran[name]["covered_lines"], ran[name]["num_statements"]] for name in modules("Python") if name in ran
    }


def came_since(commit: str) -> tuple[str, ...]:
    """Name the test files that came after a commit."""
    added = ("git", "diff", "--name-only", "--diff-filter=A", commit, "--", "tests")
    said = subprocess.run(added, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return tuple(name for name in said if Path(name).name.startswith("test_") and name.endswith(".py"))


def measure_new() -> int:
    """Measure the modules that came since all were measured, with the tests that came since; keep the other figures."""
    known: Measured = json.loads(FILE.read_text(encoding="utf-8"))
    chosen = ("-m", "not image and not ray and not package and not claims", *came_since(known["commit"]))
    found, failed = _run((chosen,))
    write({
        "date": known["date"], "commit": known["commit"], "since": found["commit"],
        "Python": found["Python"] | known["Python"], "JavaScript": found["JavaScript"] | known["JavaScript"],
    })  # fmt: skip
    return check() or int(failed)


def measure() -> int:
    """Run all tests but those of the package and the image, and write the figures; return 1 if a test fails."""
    found, failed = _run(TESTS)
    write(found)
    return check() or int(failed)


def _run(tests: Sequence[tuple[str, ...]], workers: str = "2") -> tuple[Measured, bool]:
    """Run tests, and all of JavaScript's; return the figures, and whether one failed."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        sources = [f"    {ROOT / name}" for name in SOURCES["Python"]]
        # a server ends by a signal and writes; a worker process is killed, and what it alone runs does not count
        lines = [
            "[run]",
            "parallel = true",
            "disable_warnings = no-data-collected",
            f"data_file = {scratch / 'python'}",
        ]
        (scratch / "rc").write_text("\n".join([*lines, "source =", *sources, ""]), encoding="utf-8")
        (scratch / "js").mkdir()
        own = {
            **os.environ, "OMP_NUM_THREADS": "1", "COVERAGE_PROCESS_START": str(scratch / "rc"),
            "NODE_V8_COVERAGE": str(scratch / "js"), "SKIPSCOPE_V8_COVERAGE": str(scratch / "js"),
        }  # fmt: skip
        share = ("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder")
        failed = False
        for chosen in tests:
            more = () if "ray" in chosen else share
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", *more, *chosen], cwd=ROOT, env=own, check=False
            )
            failed |= done.returncode != 0
        node = shutil.which("node", path=f"{vendor.node_bin()}{os.pathsep}{os.environ['PATH']}")
        scripts = sorted(map(str, (ROOT / "tests" / "js").rglob("*.test.js")))
        failed |= subprocess.run([str(node), "--test", *scripts], cwd=ROOT, env=own, check=False).returncode != 0
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        measured: Measured = {
            "date": datetime.now(UTC).date().isoformat(), "commit": commit.stdout.strip(),
            "Python": python_figures(scratch), "JavaScript": v8_lines.figures(scratch / "js"),
        }  # fmt: skip
    return measured, failed


def write(measured: Measured) -> None:
    """Write the figures, a module a line, and the sentence."""
    head = {"date": measured["date"], "commit": measured["commit"]}
    if "since" in measured:
        head["since"] = measured["since"]
    parts = [",\n".join(f'"{name}": "{said}"' for name, said in head.items())]
    for language in SOURCES:
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(one)}" for name, one in measured[language].items())
        parts.append(f'"{language}": {{\n{lines}\n}}')
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    text = CONTRIBUTING.read_text(encoding="utf-8")
    CONTRIBUTING.write_text(SENTENCE.sub(words(measured), text), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(check() if "--check" in sys.argv else measure_new() if "--new" in sys.argv else measure())
