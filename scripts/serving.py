"""Start a real server on a free port, for tests, benchmarks and pictures, and end it again."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE = 20
COMMAND = (str(Path(sys.executable).with_name("skipscope")), "serve", "--port", "0")


@contextmanager
def serving(
    data_dir: Path,
    command: Sequence[str] = COMMAND,
    environment: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """Yield the address of a server, once it is ready, and its process; end it afterwards, as it ends in order.

    Its log goes to `log`, or to this process's own error stream.
    """
    own = {**os.environ, "SKIPSCOPE_DATA_DIR": str(data_dir), **(environment or {})}
    with subprocess.Popen(
        command, env=own, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            # a first `make run` says other things before
            said = (re.search(r"http://[\w.]+:\d+", line) for line in process.stdout)
            match = next((found for found in said if found), None)
            if match is None:
                raise RuntimeError(f"{' '.join(command)} ended with {process.wait()} and named no address")
            # logs that nobody reads would fill the pipe and stop the server
            threading.Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
            yield match[0], process
        finally:
            if process.poll() is None:
                # to it alone: one whose processes end as well makes new ones first, which takes seconds
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
