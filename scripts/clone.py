"""Make `skipscope` importable in a clone: `.clone/skipscope` holds links to the package's parts, which lie at the top
of the repository. The editable installation puts `.clone`, and nothing else of the repository, on Python's path.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".clone"
PARTS = ("app", "model", "static", "templates")
FILES = ROOT / "package"
"""The files of the package itself: its public names."""


def link() -> None:
    """Make all links anew."""
    house = FOLDER / "skipscope"
    if house.exists():
        for entry in house.iterdir():
            _remove(entry)
    house.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        _link_folder(ROOT / part, house / part)
    for file in sorted(FILES.iterdir()):
        if file.is_file():
            _link_file(file, house / file.name)


def _link_folder(source: Path, target: Path) -> None:
    if sys.platform == "win32":  # a junction needs no rights, a symbolic link does
        subprocess.run(["cmd", "/c", "mklink", "/J", str(target), str(source)], check=True, stdout=subprocess.DEVNULL)
    else:
        target.symlink_to(os.path.relpath(source, target.parent), target_is_directory=True)


def _link_file(source: Path, target: Path) -> None:
    if sys.platform == "win32":
        shutil.copyfile(source, target)  # set-up makes it anew when it changed
    else:
        target.symlink_to(os.path.relpath(source, target.parent))


def _remove(entry: Path) -> None:
    """Remove a link, never what it leads to: a junction is removed as an empty folder is; and bytecode."""
    if entry.name == "__pycache__":
        shutil.rmtree(entry)
    elif entry.is_dir() and not entry.is_symlink() and sys.platform == "win32":
        entry.rmdir()
    else:
        entry.unlink()


if __name__ == "__main__":
    link()
