"""Compile the sums for this torch and this Python into the user's cache folder, as `skipscope compile` does.

Needs Linux, GCC 12 or newer ($CXX, or c++ on the PATH) and Python's headers. Exits with 1, and says what is missing,
where it cannot; everything works without.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import torch

from skipscope.model.measure.native import FOLDER, MODULE, cache_folder, file_name, load

# torch is built with NDEBUG: without it some of its classes have members more
FLAGS = ("-O3", "-DNDEBUG", "-std=c++20", "-fPIC", "-fopenmp", "-ffp-contract=fast", "-fvisibility=hidden")
LIBRARIES = ("-lc10", "-ltorch_cpu", "-ltorch_python", "-fopenmp")
PACKAGES = "g++ and Python's headers (Debian, Ubuntu: apt install g++ python3-dev)"


class BuildError(RuntimeError):
    """It cannot be built here, for a reason that the message names."""


def build(folder: Path | None = None) -> Path:
    """Compile and link the module into `folder`, by default the user's cache, unless it is there; return its path.

    Raise BuildError where that is not possible.
    """
    folder = folder or cache_folder()
    target = folder / file_name()
    if target.exists():
        return target
    compiler, headers = _tools()
    torch_folder = Path(torch.__file__).parent
    includes = [torch_folder / "include", torch_folder / "include/torch/csrc/api/include", headers]
    abi = int(torch.compiled_with_cxx11_abi())
    flags = [*FLAGS, f"-DTORCH_EXTENSION_NAME={MODULE}", f"-D_GLIBCXX_USE_CXX11_ABI={abi}"]
    flags += [word for folder in includes for word in ("-isystem", str(folder))]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BuildError(
            f"{folder} cannot be made: {error.strerror}. Name another folder in SKIPSCOPE_CACHE"
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        objects = {source: Path(scratch) / f"{source.stem}.o" for source in FOLDER.glob("*.cpp")}
        _run_all([[*compiler, *flags, "-c", str(source), "-o", str(made)] for source, made in objects.items()])
        # linked beside the target and moved over it, so that no process ever loads half of it
        linked = target.with_name(f"{target.name}.{os.getpid()}.new")
        libraries = [f"-L{torch_folder / 'lib'}", *LIBRARIES]
        _run_all([[*compiler, "-shared", *map(str, objects.values()), "-o", str(linked), *libraries]])
        linked.replace(target)
    return target


def _tools() -> tuple[list[str], Path]:
    if sys.platform != "linux":
        raise BuildError("compiled sums are for Linux")
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++")
    headers = Path(sysconfig.get_paths()["include"])
    if compiler is None:
        raise BuildError(f"no C++ compiler is on the PATH, and CXX names none: install {PACKAGES}")
    if not (headers / "Python.h").exists():
        raise BuildError(f"{headers} has no Python.h: install {PACKAGES}")
    return shlex.split(compiler), headers


def _run_all(commands: list[list[str]]) -> None:
    try:
        running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]  # noqa: S603
    except OSError as error:
        raise BuildError(f"{commands[0][0]} cannot be run: {error}") from error
    said = [process.communicate()[1] for process in running]
    for process, text, command in zip(running, said, commands, strict=True):
        if process.returncode:
            raise BuildError(f"{' '.join(command)}\n{text.strip()[-4000:]}")


def main() -> None:
    """Build it, into the folder that the command line names or into the cache, and try it."""
    try:
        path = build(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
        engine = load()
        if engine is None:
            raise BuildError(f"{path} is there and not loaded: unset SKIPSCOPE_NATIVE")
        assert engine.sum_of_squares(torch.full((1000,), 2.0)) == 4000
    except BuildError as error:
        raise SystemExit(f"Not compiled, so measuring takes longer: {error}") from error
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
