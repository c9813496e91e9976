"""Install the project into the environment of the Python that runs this: `install.py run`, or `install.py dev` for
the tests and checks as well. Exact versions come from constraints.txt and package-lock.json.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import debian
import vendor

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
TORCH_CPU = "https://download.pytorch.org/whl/cpu"
EXTRAS = {"run": "[server]", "dev": "[server,notebook,figures,ray,dev]"}
LOAD = "import skipscope.app.main, skipscope.app.serving; from skipscope.app.executors.preload import warm; warm()"


def pinned(package: str) -> str:
    """Return the requirement `package==version` of constraints.txt."""
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{package}=="):
            return line
    raise ValueError(f"constraints.txt names no version of {package}; run `make lock`")


def pip(*arguments: str) -> None:
    """Run this environment's pip, quietly unless somebody is looking; `compile_bytecode` compiles."""
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", *quiet]
    subprocess.run([*command, "-c", str(CONSTRAINTS), *arguments], check=True)


def compile_bytecode(*, everything: bool) -> None:
    """Compile all that is installed, so that no warning of the compiler's comes in the middle of a test; or load once
    what serving and training load, which is a third of it.
    """
    site = sysconfig.get_paths()["purelib"]
    command = ["-W", "ignore", "-m", "compileall", "-qq", "-j", "0", site] if everything else ["-c", LOAD]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # compileall ends with 1 for any file that is written for another Python
    subprocess.run([sys.executable, *command], check=not everything, cwd=ROOT, env=environment)


def reachable(url: str) -> bool:
    """Say whether the host of `url` answers within three seconds."""
    try:
        urllib.request.urlopen(f"{url}/torch/", timeout=3).close()
    except OSError:
        return False
    return True


def compile_sums(*, with_compiler: bool) -> None:
    """Compile the sums, which make measuring cheaper; if that fails, print the reason, and all else works."""
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    if with_compiler and (shutil.which("c++") is None or not headers.exists()) and debian.can_install():
        print("Installing a C++ compiler", flush=True)
        debian.install("g++", "python3-dev")
    build = [sys.executable, "-m", "skipscope.model.measure.native.build"]
    subprocess.run(build, check=False, stdout=subprocess.DEVNULL)


def install(kind: str) -> None:
    """Install torch (on Linux its CPU build, a tenth of the size), the project, and plotly.js."""
    print("Installing what this needs into .venv; it takes some minutes, once.", flush=True)
    from_cpu_index = sys.platform == "linux" and reachable(TORCH_CPU)
    # what torch itself needs is not all on its own index, at our versions: it comes with the project
    pip(*(["--index-url", TORCH_CPU, "--no-deps"] if from_cpu_index else []), pinned("torch"))
    pip("-e", f"{ROOT}{EXTRAS[kind]}")
    compile_sums(with_compiler=kind == "dev")
    compile_bytecode(everything=kind == "dev")
    vendor.install(with_development=kind == "dev")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in EXTRAS:
        raise SystemExit("usage: install.py run|dev")
    install(sys.argv[1])
