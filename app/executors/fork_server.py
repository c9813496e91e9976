"""Imported once, by the process that all workers are forked from: it has PyTorch warm before the first is asked for."""

import torch

from skipscope.app.executors.preload import warm

# one thread: a pool of OpenMP threads would not survive the fork
torch.set_num_threads(1)
warm()
