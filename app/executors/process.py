"""The entry of a worker process; importing it costs the web process nothing."""

from multiprocessing.connection import Connection


def main(pipe: Connection, threads: int) -> None:
    """Become a worker."""
    from app.executors.worker import main as work  # noqa: PLC0415  (PyTorch stays out of the web process)

    work(pipe, threads)
