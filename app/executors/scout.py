"""Which devices this machine has: told by a process of its own, since one that has asked its driver forks no more."""

import asyncio
import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import structlog

from skipscope.model.describe.devices import DeviceName, Devices

DRIVERS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/nvmap", "/dev/dxg", "/dev/kfd")
"""The files of Linux's drivers: NVIDIA's, Jetson's, WSL's, AMD's. No process is started if none is there."""
PATIENCE = 60.0
log = structlog.get_logger("devices")


async def scout(patience: float = PATIENCE) -> Devices:
    """Return this machine's devices; the CPU alone where the driver ends or holds up the process that asks it."""
    if not _has_driver():
        return Devices()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=report, args=(theirs,), daemon=True)
    await asyncio.to_thread(process.start)
    theirs.close()
    try:
        told = await asyncio.to_thread(_receive, ours, patience)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        ours.close()
    if told is None:
        log.warning("devices_unknown", reason="torch did not list them; networks work on the CPU")
        return Devices()
    return Devices(told)


def _has_driver() -> bool:
    return sys.platform != "linux" or any(Path(file).exists() for file in DRIVERS)


def report(pipe: Connection) -> None:
    """Send the devices that torch finds."""
    from skipscope.model.train.device import find_devices  # noqa: PLC0415  (PyTorch stays out of the web process)

    pipe.send(dict(find_devices().memory))


def _receive(pipe: Connection, patience: float) -> dict[DeviceName, int] | None:
    try:
        return cast("dict[DeviceName, int]", pipe.recv()) if pipe.poll(patience) else None
    except EOFError:
        return None
