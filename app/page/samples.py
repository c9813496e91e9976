"""Pictures of data sets: samples, made once and kept, and images by number. Decoders work in a process that ends."""

import asyncio
import sys
from collections.abc import Sequence

import structlog
from starlette.concurrency import run_in_threadpool

from skipscope.app.errors import Problem
from skipscope.model.data.catalogue import (
    DATASETS,
    FILES,
    UNREADABLE,
    DatasetError,
    DatasetInfo,
    datasets_folder,
    shown_files,
)
from skipscope.model.data.folders import stamp_of

SECONDS = 60.0
KEPT = 64

LIGHT = frozenset({*DATASETS, *FILES}) - {"photos"}
"""Data sets of which some images are had in milliseconds and with little memory; those of photos are cut anew from
photographs, and those of folders are decoded."""

Seen = tuple[DatasetInfo, tuple[tuple[int, int], ...]]

log = structlog.get_logger("datasets")


class Samples:
    """The pictures that were asked for. One is made at a time: decoders need memory, which the server keeps free."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Seen, bytes]] = {}
        self._line = asyncio.Lock()

    async def of(self, info: DatasetInfo) -> bytes:
        """Return the PNG of a data set. Raise Problem where its images cannot be read."""
        async with self._line:
            seen = await run_in_threadpool(_look, info)
            if info.name not in self._made or self._made[info.name][0] != seen:
                made = await _make(info.name, "samples", info.name)
                if len(self._made) >= KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[info.name] = seen, made
            return self._made[info.name][1]

    async def strip(self, name: str, numbers: Sequence[int]) -> bytes:
        """Return a PNG of images by number, side by side. Raise Problem where they cannot be read."""
        async with self._line:
            if name not in LIGHT:
                return await _make(name, "strip", name, ",".join(map(str, numbers)))
            try:
                return await run_in_threadpool(_strip, name, numbers)
            except (DatasetError, OSError) as error:
                raise Problem(422, "Cannot be shown", str(error), field="name", value=name) from error


def _look(info: DatasetInfo) -> Seen:
    """Return what a picture depends on: files may be replaced in place."""
    try:
        return info, tuple(stamp_of(file) for files in shown_files(info.name) for file in files)
    except OSError as error:
        raise Problem(
            422, "Cannot be shown", f"{info.name}: {error.strerror}.", field="name", value=info.name
        ) from error


def _strip(name: str, numbers: Sequence[int]) -> bytes:
    from skipscope.model.data.strip import strip  # noqa: PLC0415  (brings numpy, for those who look)

    return strip(name, numbers, datasets_folder())


async def _make(name: str, module: str, *arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", f"skipscope.model.data.{module}", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        picture, said = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        raise Problem(
            503, "Takes too long", f"The images of {name} were not read within {SECONDS:g} s.", remedy="try again"
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    words = said.decode(errors="replace").strip()
    if process.returncode == UNREADABLE:
        raise Problem(422, "Cannot be shown", words, field="name", value=name)
    if process.returncode:
        log.error("samples_failed", dataset=name, code=process.returncode, said=words[-2000:])
        raise Problem(
            503, "Cannot be shown", f"The process that reads the images of {name} failed; the log has the reason."
        )
    return picture
