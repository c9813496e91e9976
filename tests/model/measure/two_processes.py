"""Two processes of torch.distributed, on this machine, that run one script."""

import os
import socket
import subprocess
import sys
from pathlib import Path

BEGIN = """
import os
import torch
import torch.distributed as dist
from torch import nn

rank = int(os.environ["RANK"])
torch.set_num_threads(1)
dist.init_process_group("gloo", rank=rank, world_size=2)
"""
END = """
dist.barrier()
dist.destroy_process_group()
"""


def run_twice(script: str, folder: Path, engine: str) -> list[str]:
    """Run a script in both, each with its RANK; return the lines that each prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = os.environ | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    shared |= {"SKIPSCOPE_NATIVE": "1" if engine == "compiled" else "0"}
    command = [sys.executable, "-W", "ignore", "-c", BEGIN + script + END]
    running = [
        subprocess.Popen(
            command, env=shared | {"RANK": str(rank)}, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], "\n".join(errors for _, errors in told)
    return [out for out, _ in told]
