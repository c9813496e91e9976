"""The place of the data: the folder and the file that were opened. Both may be deleted or replaced under the server,
whose writes would then go where nobody finds them."""

from pathlib import Path

Identity = tuple[int, int] | None


def _identity(path: Path) -> Identity:
    """Return device and inode of a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Place:
    """Paths as they were at the start."""

    def __init__(self, *paths: Path) -> None:
        self._known = {path: _identity(path) for path in paths}

    def lost(self) -> str | None:
        """Say which path is gone or another now; None where all are as they were."""
        for path, known in self._known.items():
            now = _identity(path)
            if now != known:
                return f"{path} was {'deleted' if now is None else 'replaced'} while the server runs"
        return None
