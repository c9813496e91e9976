"""List known vulnerabilities of the locked dependencies, and write their bill of materials to dist/sbom.json.

The two tools live in an environment of their own, so that what they need is never mistaken for what we need.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
AUDITORS = ("pip-audit==2.10.1", "cyclonedx-bom==7.5.0")
# others than these are never taken for them
TOOLS = ROOT / ".cache" / "audit" / "-".join(name.partition("==")[2] for name in AUDITORS)
BILL = ROOT / "dist" / "sbom.json"
NO_TOOLS = """pip-audit and cyclonedx-bom could not be installed, so nothing was audited and no bill was written.
This needs a package index; `pip config list` says which one is asked."""
SILENT = """nothing was audited: no service that knows vulnerabilities answered ({reason}).
That is so without the internet, and with an index that is a mirror: run `make audit` where https://pypi.org answers."""


def tool(name: str) -> str:
    """Return the path of a tool, installing both at the first call."""
    path = TOOLS / "bin" / name
    if not path.exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        pip = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, *AUDITORS], check=False)
        if done.returncode != 0:
            raise SystemExit(NO_TOOLS)
    return str(path)


def shipped(requirements: list[str]) -> set[str]:
    """Return the names of these packages and of all that they need here, extras left out that nobody asked for."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    for wanted in waiting:
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        name = canonicalize_name(wanted.name)
        found.add(name)
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            extras = ["", *wanted.extras]
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                needed.marker = None
                if canonicalize_name(needed.name) not in found:
                    waiting.append(needed)
    return found


def complete(bill: dict[str, Any], runtime: set[str], locked: dict[str, Any]) -> dict[str, Any]:
    """Say of each package whether it is shipped or only develops, and add what the page loads."""
    for component in bill["components"]:
        component["scope"] = "required" if canonicalize_name(component["name"]) in runtime else "excluded"
    for place, package in locked["packages"].items():
        if place and not package.get("dev"):
            name, version = place.removeprefix("node_modules/"), package["version"]
            kind, _, digest = package["integrity"].partition("-")
            bill["components"].append({
                "type": "library", "bom-ref": f"npm:{name}@{version}", "name": name, "version": version,
                "scope": "required", "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}",
                "hashes": [{"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
                "licenses": [{"license": {"id": package["license"]}}],
            })  # fmt: skip
    return bill


def write_bill() -> None:
    """Write the CycloneDX bill of materials of the environment that runs this, and of the page."""
    BILL.parent.mkdir(exist_ok=True)
    options = ["environment", "--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", str(BILL)]
    subprocess.run([tool("cyclonedx-py"), *options, sys.executable], cwd=ROOT, check=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    server = [*project["dependencies"], *project["optional-dependencies"]["server"]]
    bill = complete(json.loads(BILL.read_text(encoding="utf-8")), shipped(server), locked)
    BILL.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    scopes = [component["scope"] for component in bill["components"]]
    print(
        f"bill of materials: {BILL.relative_to(ROOT)}, {scopes.count('required')} packages that are shipped "
        f"and {scopes.count('excluded')} that develop and test"
    )


def report(answer: str, complaint: str) -> tuple[str, int]:
    """Return what pip-audit found in words, and how many vulnerabilities there are."""
    if not answer.strip():
        last = complaint.strip().splitlines()[-1:] or ["it said nothing"]
        return SILENT.format(reason=last[0][:200]), 0
    packages = json.loads(answer)["dependencies"]
    skipped = [package for package in packages if "skip_reason" in package]
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return SILENT.format(reason=f"the index has no word on any of {len(packages)} packages"), 0
    lines: list[str] = []
    for package in audited:
        for one in package["vulns"]:
            remedy = ", ".join(one["fix_versions"]) or "no version yet"
            lines.append(f"{package['name']} {package['version']}: {one['id']}, mended in {remedy}")
    count = len(lines)
    lines.append(f"{count} known vulnerabilities in {len(audited)} audited packages")
    if skipped:
        lines.append(f"not audited: {', '.join(package['name'] for package in skipped)}")
    return "\n".join(lines), count


def find_vulnerabilities() -> int:
    """Print known vulnerabilities of the packages that the index knows; return how many there are."""
    command = [tool("pip-audit"), "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--format", "json"]
    answer = subprocess.run(
        [*command, "--progress-spinner", "off"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    text, count = report(answer.stdout, answer.stderr)
    print(text)
    return count


def report_page(answer: str) -> tuple[str, int]:
    """Return what npm found of the page's library in words, and how many vulnerabilities there are."""
    try:
        said = json.loads(answer)
    except ValueError:
        return "not audited: plotly.js, npm said nothing", 0
    if "metadata" not in said:
        return f"not audited: plotly.js, npm's registry answered {said.get('statusCode') or said.get('message')}", 0
    count = said["metadata"]["vulnerabilities"]["total"]
    lines = [f"{name}: {one['severity']}" for name, one in said["vulnerabilities"].items()]
    return "\n".join([*lines, f"{count} known vulnerabilities in what the page loads"]), count


def find_in_page() -> int:
    """Print known vulnerabilities of what the page loads, where npm's registry knows; return how many there are."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [shutil.which("npm", path=path) or "npm", "audit", "--package-lock-only", "--omit=dev", "--json"]
    try:
        answer = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        ).stdout
    except FileNotFoundError:
        answer = ""
    text, count = report_page(answer)
    print(text)
    return count


if __name__ == "__main__":
    write_bill()
    sys.exit(find_vulnerabilities() + find_in_page() > 0)
