"""A device that stands in for a GPU: its tensors compute on the CPU, and refuse to meet those that lie there.

torch's own way to make a device in Python; it stays in the process that imports this, so tests start one of their own.
`Far` counts what crosses: the host waits for what comes back, and for what it sends and does not let go on by itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "far"


class _Backend:
    """What torch asks a device's module."""

    @staticmethod
    def is_initialized() -> bool:
        return True

    @staticmethod
    def is_available() -> bool:
        return True

    @staticmethod
    def current_device() -> int:
        return 0

    @staticmethod
    def device_count() -> int:
        return 1

    @staticmethod
    def _is_in_bad_fork() -> bool:
        return False

    @staticmethod
    def manual_seed_all(seed: int) -> None:
        pass

    @staticmethod
    def get_amp_supported_dtype() -> list[torch.dtype]:
        return [torch.bfloat16]


_setup_privateuseone_for_python_backend(NAME, _Backend())
_AUTOCAST = torch.library.Library("_", "IMPL", "AutocastPrivateUse1")
_AUTOCAST.fallback(torch.library.fallthrough_kernel)  # it may be on, and casts nothing
DEVICE = torch.device(NAME, 0)
WAITS = frozenset({"_local_scalar_dense", "equal", "nonzero", "masked_select", "_unique2"})
"""Operations whose outcome the host must know."""
CROSSES = frozenset({"copy_", "_to_copy"})


class FarTensor(Tensor):
    """A tensor on the device; `near` has its numbers."""

    near: Tensor

    @staticmethod
    def __new__(cls: "type[FarTensor]", near: Tensor) -> "FarTensor":
        made = Tensor._make_wrapper_subclass(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
            cls, near.shape, strides=near.stride(), storage_offset=near.storage_offset(), dtype=near.dtype,
            device=DEVICE,
        )  # fmt: skip
        made.near = near
        return made

    def tolist(self) -> Any:
        return self.cpu().tolist()

    @classmethod
    def __torch_dispatch__(cls, func: OpOverload, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError(f"{func}: the mode is off")


class Far(TorchDispatchMode):
    """Compute for the device while it is on. `float64` is False for a device that has no such numbers."""

    def __init__(self, *, float64: bool = True) -> None:
        super().__init__()
        self.float64 = float64
        self.waits: Counter[str] = Counter()
        self.sends: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: OpOverload, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        name = func.overloadpacket.__name__
        tensors = [leaf for leaf in tree_leaves((args, given)) if isinstance(leaf, Tensor)]
        far = [x for x in tensors if isinstance(x, FarTensor)]
        wanted = None if given.get("device") is None else torch.device(given["device"])
        is_out_far = bool(far) if wanted is None else wanted.type == NAME
        if not far and not is_out_far:
            return func(*args, **given)
        self._check(name, tensors)
        self._count(name, args, given, far, is_out_far=is_out_far)
        if wanted is not None:
            given["device"] = torch.device("cpu")
        near_args, near_kwargs = tree_map(_near, (args, given))
        owners = {id(x.near): x for x in far}
        found = func(*near_args, **near_kwargs)
        if name == "copy_":
            return args[0]
        return tree_map(self._wrap(owners) if is_out_far else _same, found)

    def _wrap(self, owners: dict[int, FarTensor]) -> Callable[[Any], Any]:
        def wrap(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return x
            if not self.float64 and x.dtype is torch.float64:
                raise TypeError("this device has no float64")
            return owners[id(x)] if id(x) in owners else FarTensor(x)

        return wrap

    @staticmethod
    def _check(name: str, tensors: list[Tensor]) -> None:
        """Refuse what no device takes: a number of the host may go along, a tensor may not."""
        near = [x for x in tensors if not isinstance(x, FarTensor) and x.dim() > 0]
        if name not in CROSSES and near and len(near) < len(tensors):
            raise RuntimeError(f"{name}: tensors lie on {NAME} and on the CPU")

    def _count(
        self, name: str, args: Sequence[Any], given: Mapping[str, Any], far: list[FarTensor], *, is_out_far: bool
    ) -> None:  # fmt: skip
        into_near = name == "copy_" and not isinstance(args[0], FarTensor)
        is_sent = name in CROSSES and len(far) < (2 if name == "copy_" else 1)
        goes_on = bool(given.get("non_blocking")) or (name == "copy_" and args[2:] == (True,))
        if name in WAITS or into_near or (far and not is_out_far) or (is_sent and not goes_on):
            self.waits[name] += 1
        elif is_sent:
            self.sends[name] += 1


def _near(x: Any) -> Any:
    return x.near if isinstance(x, FarTensor) else x


def _same(x: Any) -> Any:
    return x
