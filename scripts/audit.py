"""List known vulnerabilities of the locked dependencies, and write their bill of materials to dist/sbom.json.

The two tools live in an environment of their own, so that what they need is never mistaken for what we need.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".cache" / "audit"
BILL = ROOT / "dist" / "sbom.json"


def tool(name: str) -> str:
    """Return the path of a tool, installing both at the first call."""
    path = TOOLS / "bin" / name
    if not path.exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        pip = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "pip-audit", "cyclonedx-bom"], check=True)
    return str(path)


def write_bill() -> None:
    """Write the CycloneDX bill of materials of the environment that runs this."""
    BILL.parent.mkdir(exist_ok=True)
    options = ["environment", "--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", str(BILL)]
    subprocess.run([tool("cyclonedx-py"), *options, sys.executable], cwd=ROOT, check=True)
    print(f"bill of materials: {BILL.relative_to(ROOT)}")


def find_vulnerabilities() -> int:
    """Print known vulnerabilities of the packages that the index knows; return how many there are."""
    command = [tool("pip-audit"), "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--format", "json"]
    answer = subprocess.run(
        [*command, "--progress-spinner", "off"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if not answer.stdout:
        print(f"the index that knows vulnerabilities did not answer, nothing was audited:\n{answer.stderr}")
        return 0
    packages = json.loads(answer.stdout)["dependencies"]
    audited = [package for package in packages if "skip_reason" not in package]
    found = [(package, vulnerability) for package in audited for vulnerability in package["vulns"]]
    for package, vulnerability in found:
        remedy = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {vulnerability['id']}, mended in {remedy}")
    print(
        f"{len(found)} known vulnerabilities in {len(audited)} audited packages; {len(packages) - len(audited)} unknown"
    )
    return len(found)


if __name__ == "__main__":
    write_bill()
    sys.exit(find_vulnerabilities() > 0)
