"""Room held back on the disk: SQLite needs some to delete, and a full disk has none."""

import shutil
from pathlib import Path

import structlog

NUM_BYTES = 4 * 2**20
log = structlog.get_logger("store")


class Reserve:
    """A file of zeros beside the database, let go where deleting needs its room."""

    def __init__(self, folder: Path, num_bytes: int = NUM_BYTES) -> None:
        self._path = folder / "reserve"
        self._num_bytes = num_bytes

    def hold(self) -> None:
        """Take the room, at most a third of what is free, unless so much is held already."""
        held = self._path.stat().st_size if self._path.exists() else 0
        most = min(self._num_bytes, (shutil.disk_usage(self._path.parent).free + held) // 3)
        if held and held >= most:
            return
        try:
            self._path.touch(mode=0o600)
            self._path.chmod(0o600)
            self._path.write_bytes(bytes(most))
        except OSError as error:
            self.release()
            log.warning("no_reserve", reason=str(error))

    def release(self) -> None:
        """Let the room go."""
        self._path.unlink(missing_ok=True)
