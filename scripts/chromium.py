"""Find the Chromium that tests, benchmarks and screenshots drive, and install one where there is none.

`$SKIPSCOPE_CHROMIUM` names one; otherwise the machine's Chromium or Chrome is taken; otherwise Debian's package (as
root), otherwise Playwright's own build is downloaded.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# no sandbox: tests run as root in containers, and only ever open this project's own pages
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def returning(url: str) -> "StorageState":
    """Return the storage of a reader who has been on a server before, and is shown no tour."""
    parts = urlsplit(url)
    return {
        "cookies": [],
        "origins": [
            {
                "origin": f"{parts.scheme}://{parts.netloc}",
                "localStorage": [{"name": "skipscope-tour", "value": "seen"}],
            }
        ],
    }


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("SKIPSCOPE_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise ValueError(f"SKIPSCOPE_CHROMIUM={named} is not a program; name a Chromium or unset it")
        return named
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in (*on_path, *MACOS) if path and os.access(path, os.X_OK)), None) or _playwright()


def executable() -> str:
    """Return the path of a Chromium; raise FileNotFoundError that says how to get one."""
    path = find()
    if path is None:
        raise FileNotFoundError("no Chromium found; run `make develop`, or name one in SKIPSCOPE_CHROMIUM")
    return path


def _playwright() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow, and only the last resort)

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def install() -> None:
    """Install a Chromium if the machine has none."""
    import debian  # noqa: PLC0415  (its neighbour, where this is run; tests and benchmarks import this from elsewhere)

    if find() is not None:
        return
    if debian.can_install():
        print("Installing Chromium for the tests", flush=True)
        if debian.install("chromium", "fonts-liberation", "fonts-dejavu-core") and find() is not None:
            return
    with_libraries = ["--with-deps"] if sys.platform == "linux" and os.geteuid() == 0 else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"], check=True)


if __name__ == "__main__":
    if "--install" in sys.argv:
        install()
    else:
        print(executable())
