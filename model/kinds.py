"""The kinds of jobs that a server has: trainings and probes, and experiments by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skipscope.model.experiments.kinds import EXPERIMENTS
from skipscope.model.jobs.kind import Kind, imported
from skipscope.model.train.kinds import TRAINING
from skipscope.model.watch.kind import OUTSIDE

RUNS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in (TRAINING, OUTSIDE)}
"""The kinds of runs: those that train here, and those that train elsewhere."""


class Kinds(Mapping[str, Kind[Any]]):
    """Kinds by name; those after the training are experiments."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        found = (TRAINING, *EXPERIMENTS, *(_kind_at(address) for address in own))
        self._kinds = {kind.name: kind for kind in found}
        if len(self._kinds) < len(found):
            raise ValueError(f"two kinds have one name, of {', '.join(kind.name for kind in found)}. Rename yours.")

    @property
    def experiments(self) -> dict[str, Kind[Any]]:
        """Return all kinds but the training."""
        return {name: kind for name, kind in self._kinds.items() if kind is not TRAINING}

    def __getitem__(self, name: str) -> Kind[Any]:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def _kind_at(address: str) -> Kind[Any]:
    found = imported(address)
    if not isinstance(found, Kind):
        raise ValueError(f"{address!r}: that is a {type(found).__name__}, no Kind. Name one as module:NAME.")
    return found
