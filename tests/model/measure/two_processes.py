"""Two processes of torch.distributed that run one script: forked from one that has read the libraries, since reading
them takes longer than any of the scripts."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

BEGIN = """
import os
import torch
import torch.distributed as dist
from torch import nn

rank = int(os.environ["RANK"])
torch.set_num_threads(1)
dist.init_process_group("gloo", init_method=os.environ["MEET"], rank=rank, world_size=2)
"""
END = """
dist.barrier()
dist.destroy_process_group()
"""
PARENT = """
import json, os, sys, traceback
import torch, torch.distributed.fsdp, torch.distributed.tensor.parallel, torch.nn.parallel, torch.utils.checkpoint
import skipscope
from skipscope import Recorder, watch

for line in sys.stdin:
    asked = json.loads(line)
    children = []
    for rank in range(2):
        child = os.fork()
        if not child:
            os.environ |= asked["environment"] | {"RANK": str(rank)}
            os.chdir(asked["folder"])
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(f"{name}{rank}.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
            exec(compile(asked["script"], "script", "exec"), {"__name__": "__main__"})
            sys.exit()
        children.append(child)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)
"""


@cache
def _parent() -> "subprocess.Popen[str]":
    """Start the process that forks both; it ends when its input does, which is when this one ends."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def run_twice(script: str, folder: Path, engine: str) -> list[str]:
    """Run a script in both, each with its RANK; return the lines that each prints."""
    environment = {"MEET": (folder / "meet").as_uri(), "SKIPSCOPE_NATIVE": "1" if engine == "compiled" else "0"}
    asked = {"script": BEGIN + script + END, "folder": str(folder), "environment": environment}
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    print(json.dumps(asked), file=parent.stdin, flush=True)
    codes = json.loads(parent.stdout.readline())
    errors = "\n".join((folder / f"err{rank}.txt").read_text(encoding="utf-8") for rank in range(2))
    assert codes == [0, 0], errors
    return [(folder / f"out{rank}.txt").read_text(encoding="utf-8") for rank in range(2)]
