"""Imported once, by the process that workers on the CPU are forked from: it has PyTorch warm before the first is asked
for. It and they see no GPU: torch's backward pass would start threads for one, which do not survive a fork."""

import gc
import os

# nothing that is made here is garbage: no collection looks for any, in this process or in those forked from it
gc.disable()
for variable in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
    os.environ[variable] = "-1"

import torch  # noqa: E402

from skipscope.app.executors.preload import warm  # noqa: E402

# one thread: a pool of OpenMP threads would not survive the fork
torch.set_num_threads(1)
warm()
gc.freeze()
gc.enable()
