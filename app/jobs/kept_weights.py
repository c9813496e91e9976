"""Final weights of ended runs: a file each below the data folder, within a quota. The oldest go first, of the owner who
has the most, so that nobody's go for all that another trains."""

import asyncio
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Protocol

import structlog

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.rows import Kept
from skipscope.app.jobs.store import Store

GONE = "newer ones took their place: all weights together may have {quota:g} MB on this server"
TOO_LARGE = "they have {size:.1f} MB, and all weights together may have {quota:g} MB on this server"
MISSING = "their file is gone"
log = structlog.get_logger("jobs")


class Ending(Protocol):
    """A run that is about to end."""

    id: str
    weights_bytes: int
    weights_note: str

    @property
    def over(self) -> bool:
        """Return whether its terminal status was given."""
        ...


class KeptWeights:
    """The weights of one server's runs. A file is there exactly if the run's row in the store says how large it is."""

    def __init__(self, folder: Path, store: Store, megabytes: float) -> None:
        self._folder, self._store, self._quota = folder, store, megabytes
        self._lock = asyncio.Lock()
        self.num_bytes = 0
        """Of all files together."""
        self._looked = False

    @property
    def any(self) -> bool:
        """Return whether any weights are kept at all."""
        return self._quota > 0

    def path(self, run_id: str) -> Path:
        """Return where a run's weights are, if they are kept."""
        return self._folder / run_id

    async def make(self, run_id: str) -> Path:
        """Return a new, empty file for a run's weights, for the owner alone; raise OSError if it cannot be made."""
        return await asyncio.to_thread(self._make, run_id)

    def _make(self, run_id: str) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        file = self._folder / f"{run_id}.part"
        file.touch(mode=0o600)
        return file

    async def discard(self, file: Path) -> None:
        """Remove a file that was made, if its weights are not kept."""
        try:
            await asyncio.to_thread(file.unlink, missing_ok=True)
        except OSError as error:  # it goes when the server starts again
            log.warning("weights_not_removed", file=str(file), reason=str(error))

    async def look(self, live: Collection[str] = ()) -> None:
        """Bring files and rows together, unless that is done: a server that was killed may have left one without the
        other. Those of live runs are nobody's business yet."""
        if self._looked:
            return
        async with self._lock:
            known = {row.id: row for row in await self._store.kept_weights()}
            there = await asyncio.to_thread(self._sizes)
            lost = {name for name in there.keys() - known.keys() if name.partition(".")[0] not in live}
            await asyncio.to_thread(self._unlink, lost)
            await self._store.lose_weights([known[name].key for name in known.keys() - there.keys()], MISSING)
            left = [row for name, row in known.items() if name in there]
            self.num_bytes = sum(row.num_bytes for row in left)
            await self._make_room(left)
            self._looked = True

    async def keep(self, run: Ending, client: str, file: Path, said: dict[str, Any]) -> None:
        """Take a file that the run's worker has written, as it `said`, before the run's last status is stored."""
        await asyncio.shield(asyncio.create_task(self._keep(run, client, file, said)))

    async def _keep(self, run: Ending, client: str, file: Path, said: dict[str, Any]) -> None:
        problem = said["unsaved"] or said["problem"]
        async with self._lock:
            if run.over:
                return
            try:
                size = 0 if problem else (await asyncio.to_thread(file.stat)).st_size
                if size > self._quota * 1e6:
                    size, problem = 0, TOO_LARGE.format(size=size / 1e6, quota=self._quota)
                if size:
                    await asyncio.to_thread(self._adopt, file, run.id)
                    if run.over:  # ended meanwhile, and its last status says nothing of weights
                        await asyncio.to_thread(self._unlink, [run.id])
                        return
                    run.weights_bytes = size
                    self.num_bytes += size
                    await self._make_room(await self._store.kept_weights(), Kept(0, run.id, client, size))
            except OSError as error:
                problem = f"{error.strerror}."
            except StoreError as error:  # the next one makes room for both
                log.error("no_room_made", job=run.id, reason=str(error))
        if problem:
            run.weights_note = problem
            log.warning("weights_not_kept", job=run.id, reason=problem)

    def _adopt(self, file: Path, run_id: str) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)  # a file that was sent may be the first
        file.replace(self.path(run_id))

    async def _make_room(self, kept: Iterable[Kept], newest: Kept | None = None) -> None:
        """Let weights go until all that are kept, and the newest, fit."""
        gone = beyond(list(kept), newest, self._quota * 1e6)
        if not gone:
            return
        await self._store.lose_weights([row.key for row in gone], GONE.format(quota=self._quota))
        await asyncio.to_thread(self._unlink, [row.id for row in gone])
        self.num_bytes -= sum(row.num_bytes for row in gone)
        log.info("weights_deleted", jobs=[row.id for row in gone], reason="beyond the limit of size")

    async def lend(self, run_id: str, file: Path) -> None:
        """Put a run's weights in the place of an empty file, for another job; raise OSError if they are not kept."""
        async with self._lock:
            await asyncio.to_thread(self._lend, run_id, file)

    def _lend(self, run_id: str, file: Path) -> None:
        kept = self.path(run_id)
        kept.stat()
        file.unlink()
        try:
            file.hardlink_to(kept)
        except (OSError, NotImplementedError):  # a file system without links
            shutil.copyfile(kept, file)
            file.chmod(0o600)

    async def forget(self, *run_ids: str) -> None:
        """Remove the weights of runs that are deleted."""
        async with self._lock:
            self.num_bytes -= await asyncio.to_thread(self._unlink, run_ids)

    def _sizes(self) -> dict[str, int]:
        return {path.name: path.stat().st_size for path in self._folder.glob("*")}

    def _unlink(self, run_ids: Iterable[str]) -> int:
        """Remove files, and return how large they were."""
        freed = 0
        for run_id in run_ids:
            path = self.path(run_id)
            try:
                size = path.stat().st_size
                path.unlink()
            except FileNotFoundError:
                continue
            except OSError as error:  # it goes when the server starts again
                log.warning("weights_not_removed", job=run_id, reason=str(error))
            else:
                freed += size
        return freed


def beyond(kept: list[Kept], newest: Kept | None, quota: float) -> list[Kept]:
    """Return which weights go, the oldest first of the owner who has the most, until all fit beside the newest."""
    left, gone = sorted(kept, key=lambda row: row.key), list[Kept]()
    all_of = [*left, newest] if newest else left
    sizes: dict[str, int] = {}
    for row in all_of:
        sizes[row.client] = sizes.get(row.client, 0) + row.num_bytes
    while left and sum(sizes.values()) > quota:
        most = max({row.client for row in left}, key=lambda client: (sizes[client], client))
        oldest = next(row for row in left if row.client == most)
        left.remove(oldest)
        gone.append(oldest)
        sizes[most] -= oldest.num_bytes
    return gone
