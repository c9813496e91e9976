"""A real JupyterLab on this machine alone, with folders of its own, for tests and pictures."""

import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from scripts.serving import serving

TOKEN = "notebooks"  # noqa: S105
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True,
    },
}  # fmt: skip


@contextmanager
def lab(home: Path, *, dark: bool = False) -> Generator[str]:
    """Yield the address of a JupyterLab that shows `home/work`; it ends afterwards, and its kernels with it."""
    settings = {
        **SETTINGS,
        "@jupyterlab/apputils-extension/themes": {"theme": f"JupyterLab {'Dark' if dark else 'Light'}"},
    }
    for name, content in settings.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    (home / "work").mkdir(exist_ok=True)
    folders = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }  # fmt: skip
    environment = {name: str(home / folder) for name, folder in folders.items()}
    environment |= {"OMP_NUM_THREADS": "1"}
    options = [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
        f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home / 'work'}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    command = [str(Path(sys.executable).with_name("jupyter-lab")), *options]
    # it names its address on the error stream
    shell = ["sh", "-c", 'exec "$@" 2>&1', "sh", *command]
    with serving(home, shell, {**os.environ, **environment}) as (url, _):
        yield url


def write(path: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # of a notebook that names none, JupyterLab asks for a kernel
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
