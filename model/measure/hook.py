"""Hooks that stay with the network that they were set on."""

from functools import partial
from typing import Any


class Idle:
    """A hook that does nothing."""

    def __call__(self, *args: Any) -> None: ...


class Hook(partial[Any]):
    """A hook of a recorder: in a copy of the network, or where it is saved, an idle one stands in its place."""

    def __reduce__(self) -> Any:
        return Idle, ()
