"""The end of an optimizer's step, after all hooks of others: the recorder's own are hooks of all optimizers."""

from collections.abc import Callable

from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.hooks import RemovableHandle


class StepEnd:
    """Call a function whenever one optimizer has made a step."""

    def __init__(self, optimizer: Optimizer, act: Callable[[], None]) -> None:
        self._optimizer, self._act = optimizer, act
        self._first: RemovableHandle | None = optimizer.register_step_post_hook(self._renew)
        self._last: RemovableHandle | None = None

    def remove(self) -> None:
        """Call it no more."""
        for handle in (self._first, self._last):
            if handle is not None:
                handle.remove()
        self._first = self._last = None

    def _renew(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        """Become the last hook of all optimizers, which torch calls after an optimizer's own."""
        if self._last is not None:
            self._last.remove()
        self._last = register_optimizer_step_post_hook(self._after)

    def _after(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        # torch fails if hooks come or go, as the recorder's may, while others after this one wait for their turn
        if optimizer is self._optimizer and self._is_last:
            self._act()

    @property
    def _is_last(self) -> bool:
        hooks = None if self._last is None else self._last.hooks_dict_ref()
        return self._last is not None and hooks is not None and next(reversed(hooks), None) == self._last.id


def bare(optimizer: Optimizer) -> Optimizer:
    """Return the optimizer that makes the steps: Accelerate's, say, is around it."""
    while isinstance(inner := getattr(optimizer, "optimizer", None), Optimizer):
        optimizer = inner
    return optimizer
