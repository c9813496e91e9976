"""One tensor to one number: sums of squares and counts, exact where float32 alone would not be."""

import torch
from torch import Tensor

CHUNK = 1 << 23
"""Elements summed at once: a count of ones stays exact in float32 below 2^24."""
SMALLEST, LARGEST = 1e-30, 1e36
"""Float32 sums of squares in between lost nothing that matters to underflow or overflow."""


def flat(x: Tensor) -> Tensor:
    """View a dense tensor of any memory format as one dimension; copy where it is not dense."""
    if x.is_contiguous():
        return x.view(-1)
    if x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last):
        return x.permute(0, 2, 3, 1).reshape(-1)
    return x.reshape(-1)


def sum_of_squares(x: Tensor) -> float:
    """Sum the squares of a tensor on the CPU.

    Where float32 under- or overflows it is taken again in float64, so that 0 is an exact zero; a result that is not
    finite stands for elements that are not.
    """
    if x.dtype == torch.float32:
        total = sum([torch.dot(part, part).item() for part in flat(x).split(CHUNK)])
        if SMALLEST < total < LARGEST:
            return total
    return x.double().square().sum().item()


def deferred_sum_of_squares(x: Tensor) -> Tensor:
    """Sum the squares of a tensor on its device, float64, without waiting for it."""
    norm = torch.linalg.vector_norm(x, dtype=torch.float64)
    return norm * norm


def num_nonzero(x: Tensor, *, finite: bool = True) -> float:
    """Count what is not exactly zero, on the CPU. Unless all elements are `finite`, NaN counts too, and slowly."""
    if not finite:
        return float(torch.count_nonzero(x))
    count = 0.0
    for part in flat(x).split(CHUNK):
        sign = part.sign()
        count += torch.dot(sign, sign).item()
    return count


def num_nonfinite(x: Tensor) -> int:
    """Count NaN and infinite elements."""
    return int(x.numel() - torch.isfinite(x).sum().item())
