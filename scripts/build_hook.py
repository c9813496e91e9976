"""The build's work beyond collecting files. An editable installation gets its links. A wheel gets
plotly.js and the page's modules as few files. One made from the source distribution for an environment with torch and a
compiler gets the compiled sums.
"""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARIES = ("plotly-basic", "plotly-cartesian", "hyparquet")
NATIVE = "model/measure/native"
COMPILE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from skipscope.model.measure.native.build import BuildError, build
try:
    print(build(Path(sys.argv[2])))
except BuildError as error:
    sys.exit(f"not compiled, so measuring takes longer: {error}")
"""


class Hook(BuildHookInterface[Any]):
    """Called by hatchling before it writes a wheel or a source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring what is not in git to where the build finds it."""
        root = Path(self.root)
        if version == "editable":
            _module(root / "scripts" / "clone.py").link()
            return
        bundle = _module(root / "scripts" / "bundle.py")
        there = all((root / "static" / "vendor" / f"{name}.min.js").exists() for name in LIBRARIES)
        if not there or not bundle.is_current():
            vendor = _module(root / "scripts" / "vendor.py")
            if not (bundle.program().exists() and (vendor.MODULES / vendor.READER).exists()):
                vendor.fetch(root)
            vendor.fill(vendor.VENDOR)
            bundle.build()
        # a wheel made in a clone is everybody's; one made from the source distribution is for this machine
        compiled = _compile(root) if self.target_name == "wheel" and (root / "PKG-INFO").exists() else None
        if compiled is not None:
            build_data["force_include"][str(compiled)] = f"skipscope/{NATIVE}/{compiled.name}"
            build_data |= {"pure_python": False, "infer_tag": True}


def _compile(root: Path) -> Path | None:
    """Compile with the torch of the environment that is installed into, which an isolated build does not see."""
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "skipscope" / NATIVE
        package.parent.mkdir(parents=True)
        package.symlink_to(root / NATIVE, target_is_directory=True)
        command = [sys.executable, "-I", "-c", COMPILE, scratch, str(root / "build" / "native")]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.stderr.write(ran.stderr.strip().splitlines()[-1] + "\n")
        return None
    return Path(ran.stdout.strip())


def _module(path: Path) -> Any:
    """Import a script that lies beside this one."""
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
