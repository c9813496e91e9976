"""The entry of a worker process; importing it costs the web process nothing."""

from multiprocessing.connection import Connection


def main(pipe: Connection, options: dict[str, int]) -> None:
    """Become a worker: options are threads, nice and memory_bytes (0: no limit)."""
    from skipscope.app.executors.worker import main as work  # noqa: PLC0415  (PyTorch stays out of the web process)

    work(pipe, **options)
