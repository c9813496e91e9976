"""The entry of a worker process; importing it costs the web process nothing."""

from multiprocessing.connection import Connection
from typing import Any


def main(pipe: Connection, options: dict[str, Any]) -> None:
    """Become a worker: options are threads, nice, memory_bytes, device and device_bytes (0: no limit)."""
    from skipscope.app.executors.worker import main as work  # noqa: PLC0415  (PyTorch stays out of the web process)

    work(pipe, **options)
