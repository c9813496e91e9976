"""Imported once, by the process that workers on the CPU are forked from: it has PyTorch warm before the first is asked
for. It and they see no GPU: torch's backward pass would start threads for one, which do not survive a fork."""

import os

for variable in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
    os.environ[variable] = "-1"

import torch  # noqa: E402

from skipscope.app.executors.preload import warm  # noqa: E402

# one thread: a pool of OpenMP threads would not survive the fork
torch.set_num_threads(1)
warm()
