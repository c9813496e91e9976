"""Weights that clients send: received into a file, checked in another process, kept beside those of runs within the
same quota; and the list of all weights that a training may start from."""

import asyncio
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import structlog

from skipscope.app.executors.state_file import ROOM
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs import refusals
from skipscope.app.jobs.asking import make_file
from skipscope.app.jobs.desk import Desk, call_at
from skipscope.app.jobs.kept_weights import KeptWeights
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import UPLOAD, Saved
from skipscope.app.jobs.tables import JobRow
from skipscope.model.train.kinds import TRAINING

TAKE = "skipscope.model.train.uploads:take"
AT_ONCE, EACH = 4, 100
"""Files that are received at the same time, and files that one client may have."""
PIECE = 1_048_576
log = structlog.get_logger("jobs")


class Upload(NamedTuple):
    """A client's words beside a file."""

    seat: Seat
    architecture: dict[str, Any] | None
    name: str
    network: int | None


class _Weights:
    """Weights on their way to be kept, as `KeptWeights` sees them."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex[:16]
        self.weights_bytes, self.weights_note, self.over = 0, "", False


class Uploads:
    """The weights that clients have sent to one server."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._receiving: list[str] = []

    @property
    def _kept(self) -> KeptWeights:
        return self._registry.weights

    async def create(self, upload: Upload, size: int | None, pieces: AsyncIterator[bytes], desk: Desk) -> Saved:
        """Receive a file, check it at a desk, and keep it; `size` is how many bytes are announced. Raise a Problem."""
        client = upload.seat.client
        await self._admit(client, size)
        self._receiving.append(client)
        try:
            sent = await make_file(self._registry)
            try:
                await receive(sent, pieces)
            except BaseException:
                await self._registry.states.remove(sent)
                raise
            # a client that leaves now has its weights kept: half of it would leave a file without a row
            return await self._registry.errands.run(self._keep(upload, sent, desk))
        finally:
            self._receiving.remove(client)

    async def _admit(self, client: str, size: int | None) -> None:
        quota = self._registry.settings.keep_weights_megabytes
        if not self._kept.any:
            raise refusals.no_uploads()
        if size is not None and size > quota * 1e6:
            raise refusals.beyond_quota(size, quota)
        if client in self._receiving or len(self._receiving) >= AT_ONCE:
            raise refusals.uploading(AT_ONCE)
        count, _ = await self._registry.store.listing(offset=0, limit=1, kinds=[UPLOAD], client=client)
        if count >= EACH:
            raise refusals.many_uploads(EACH)
        free = await asyncio.to_thread(lambda: shutil.disk_usage(self._registry.settings.data_dir).free)
        if size is not None and 2 * size + ROOM > free:
            reason = f"It takes {2 * size / 1e6:.1f} MB while it is checked, and {free / 1e6:.1f} MB are free."
            raise refusals.no_room_for_state(reason)

    async def _keep(self, upload: Upload, sent: Path, desk: Desk) -> Saved:
        states = self._registry.states
        try:
            kept = await make_file(self._registry)
            try:
                return await self._take(upload, sent, kept, desk)
            finally:
                await states.remove(kept)
        finally:
            await states.remove(sent)

    async def _take(self, upload: Upload, sent: Path, kept: Path, desk: Desk) -> Saved:
        wanted = (upload.architecture, upload.name or None, upload.network, self._registry.settings.max_layers)
        try:
            found: dict[str, Any] = await desk.compute(upload.seat, call_at, TAKE, str(sent), str(kept), wanted)
        except OSError as error:
            raise refusals.no_room_for_state(f"{error.strerror}.") from error
        weights = _Weights()
        await self._kept.keep(weights, upload.seat.client, kept, {"unsaved": None, "problem": None})
        if weights.weights_note:
            raise refusals.not_kept(weights.weights_note)
        now = time.time()
        request = {
            "variants": [found["architecture"]], "labels": [found["label"]], "step": found["step"],
            "parameters": found["parameters"],
        }  # fmt: skip
        row = {
            "id": weights.id, "kind": UPLOAD, "client": upload.seat.client, "name": upload.name or found["label"],
            "state": "done", "reason": None, "created": now, "ended": now, "request": orjson.dumps(request).decode(),
            "idempotency_key": None, "last_event": 0, "recorded": 0, "num_bytes": 0, "digest": None,
            "weights_bytes": weights.weights_bytes,
        }  # fmt: skip
        try:
            await self._registry.store.create(row)
        except BaseException:
            await self._kept.forget(weights.id)
            raise
        log.info("weights_uploaded", weights=weights.id, bytes=weights.weights_bytes)
        return await self.find(weights.id)

    async def find(self, weights_id: str, kinds: Collection[str] = (UPLOAD, TRAINING.name)) -> Saved:
        """Return weights that there are; raise the Problem that there are none."""
        saved = await self._registry.store.find(weights_id)
        if saved is None or saved.kind not in kinds or not saved.weights_bytes:
            raise refusals.unknown(weights_id, UPLOAD)
        return saved

    async def delete(self, weights_id: str, may_change: Callable[[str], bool]) -> None:
        """Forget weights that a client may change; raise a Problem."""
        saved = await self.find(weights_id, [UPLOAD])
        if not may_change(saved.client):
            raise refusals.not_yours(weights_id, UPLOAD)
        await self._registry.errands.run(self._delete(saved))

    async def _delete(self, saved: Saved) -> None:
        await self._registry.store.delete(saved.key)
        await self._kept.forget(saved.id)

    async def listing(self, *, offset: int, limit: int, client: str | None) -> tuple[int, list[Saved]]:
        """Return how many weights there are to start from, of all clients or of one, and a page, the newest first."""
        there = [JobRow.weights_bytes > 0]
        kinds = [UPLOAD, TRAINING.name]
        return await self._registry.store.listing(
            offset=offset, limit=limit, kinds=kinds, client=client, conditions=there
        )


async def receive(file: Path, pieces: AsyncIterator[bytes]) -> None:
    """Write a body into a file as it comes; raise the Problem that the disk has no room."""
    waiting = bytearray()
    try:
        with file.open("r+b") as opened:
            async for piece in pieces:
                waiting += piece
                if len(waiting) >= PIECE:
                    await asyncio.to_thread(opened.write, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(opened.write, bytes(waiting))
    except OSError as error:
        raise refusals.no_room_for_state(f"{error.strerror}.") from error
