"""What building the package does beyond collecting files: an editable installation gets its links; a wheel gets
plotly.js, and the compiled sums where torch and a compiler are at hand (`pip install --no-build-isolation`).
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """Called by hatchling before it writes a wheel or a source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring what is not in git to where the build finds it."""
        scripts = Path(self.root) / "scripts"
        sys.path.insert(0, str(scripts))
        if version == "editable":
            _module(scripts / "clone.py").link()
        elif not (Path(self.root) / "static" / "vendor" / "plotly-cartesian.min.js").exists():
            vendor = _module(scripts / "vendor.py")
            vendor.unpack(vendor.archive(Path(self.root))[1])


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
