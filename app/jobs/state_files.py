"""Files below the data folder in which the states of networks wait for the jobs that go on from them."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import structlog

log = structlog.get_logger("jobs")


class StateFiles:
    """Make files for states, and remove those that nobody read; no job outlives its server, and so no file does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)

    async def make(self) -> Path:
        """Return a new, empty file, which nobody else may read; raise OSError if there can be none."""
        return await asyncio.to_thread(self._make)

    def _make(self) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = tempfile.NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115
        file.close()
        return Path(file.name)

    async def share(self, file: Path) -> Path:
        """Return another file with the same state, for one more job; raise OSError if there can be none."""
        return await asyncio.to_thread(self._share, file)

    def _share(self, file: Path) -> Path:
        made = self._make()
        try:
            made.unlink()
            made.hardlink_to(file)
        except OSError:  # a file system without links
            shutil.copyfile(file, made)
            made.chmod(0o600)
        return made

    async def remove(self, file: Path) -> None:
        """Remove a file, if it is still there."""
        try:
            await asyncio.to_thread(file.unlink, missing_ok=True)
        except OSError as error:  # it goes when the server starts again
            log.warning("state_not_removed", file=str(file), reason=str(error))
