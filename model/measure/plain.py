"""Why a tensor cannot be measured, in words, and the numbers of those that can."""

import torch
from torch import Tensor

_BEHIND = (torch._C.DispatchKey.FuncTorchBatched, torch._C.DispatchKey.FuncTorchGradWrapper)
IN_TRANSFORM = "it ran within a transform of torch.func, whose tensors have no numbers of their own"
TRACED = "it was traced, not run"
SUBCLASS = "it is of a class that computes in its own way, such as DTensor or FakeTensor"
SCRIPTED = "TorchScript runs no hooks within what it has made"
NO_NUMBERS = "it lies on the meta device and has no numbers"
FREED = "its storage has been freed"
NESTED = "it is a nested tensor"
SPARSE = "it is sparse"
OTHER_LAYOUT = "its layout is neither dense nor sparse"
QUANTIZED = "it is quantized"
COMPLEX = "it is complex"
NOT_REAL = "it has no floating-point numbers"


def in_transform() -> str | None:
    """Say why nothing is measured at present, whatever the tensor: a transform or a tracer is at work."""
    if torch._C._functorch.peek_interpreter_stack() is not None:  # pyright: ignore[reportAttributeAccessIssue]
        return IN_TRANSFORM
    modes = torch._C._TorchDispatchModeKey.__members__.values() if torch._C._len_torch_dispatch_stack() else ()
    is_traced = torch.jit.is_tracing() or any(torch._C._get_dispatch_mode(mode) is not None for mode in modes)
    return TRACED if is_traced else None


_measured: set[tuple[int, torch.dtype]] = set()
"""The dispatch keys and types of tensors that could be measured: these tell all but that a storage has been freed."""


def why_not(x: Tensor) -> str | None:
    """Say why the numbers of a tensor cannot be measured; None where they can."""
    keys = torch._C._dispatch_keys(x)
    kind = keys.raw_repr(), x.dtype
    if kind not in _measured:
        problem = _why_not(x, keys)
        if problem is not None:
            return problem
        _measured.add(kind)
    return FREED if x.numel() and x.untyped_storage().nbytes() == 0 else None


def _why_not(x: Tensor, keys: torch._C.DispatchKeySet) -> str | None:  # noqa: PLR0911  (a list of reasons)
    if any(keys.has(key) for key in _BEHIND) or keys.has(torch._C.DispatchKey.Functionalize):
        return IN_TRANSFORM
    if x.is_nested:
        return NESTED
    if keys.has(torch._C.DispatchKey.Python):
        return SUBCLASS
    if x.is_meta:
        return NO_NUMBERS
    if x.layout is not torch.strided:
        return SPARSE if "sparse" in str(x.layout) else OTHER_LAYOUT
    if x.is_quantized:
        return QUANTIZED
    if x.is_complex():
        return COMPLEX
    return None if x.is_floating_point() else NOT_REAL


def dense(x: Tensor) -> Tensor:
    """Return a dense tensor of real numbers with the same sum of squares: the values of a sparse or complex one."""
    if x.layout is torch.sparse_coo:
        x = x.coalesce().values()
    elif x.layout in (torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc):
        x = x.values()
    return torch.view_as_real(x.resolve_conj()) if x.is_complex() else x
