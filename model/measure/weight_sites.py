"""The weights of a network that are measured at present: found by the names of their parameters, whatever object bears
a name, and however it came there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torch import nn
from torch.nn.parameter import is_lazy
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.meters import Meters
from skipscope.model.measure.optimizer_watch import OptimizerWatch
from skipscope.model.measure.places import is_trained, parameter_of
from skipscope.model.measure.plain import COMPLEX, why_not
from skipscope.model.measure.record import Value
from skipscope.model.measure.tap_sites import MakeHook
from skipscope.model.measure.weight_meter import WeightMeter

NO_SHAPE = "it had no shape before the first forward pass"
INFERENCE = "it was made in inference mode"


@dataclass(slots=True)
class Site:
    """A weight's module and its name there; the parameter that was there last, and its meter where it is measured."""

    name: str
    owner: nn.Module
    key: str
    weight: nn.Parameter | None = None
    meter: WeightMeter | None = None
    problem: str | None = None

    @property
    def is_current(self) -> bool:
        """Tell whether the parameter is still the same, and can be measured no better than before."""
        weight = parameter_of(self.owner, self.key)
        return weight is self.weight and (self.problem is None or weight is None or _why_not(weight) == self.problem)


class WeightSites:
    """The weights of one network by name. A parameter that has several names is measured once and told under each."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters
        self._sites: list[Site] = []
        self._weights: list[WeightMeter] = []
        self._handles: list[RemovableHandle] = []
        self.watch = OptimizerWatch()

    @property
    def names(self) -> tuple[str, ...]:
        """Name the weights."""
        return tuple(site.name for site in self._sites)

    @property
    def meters(self) -> Sequence[WeightMeter]:
        """Give the meter of each weight that is measured."""
        return self._weights

    def follow(self, sites: Iterable[Site]) -> None:
        """Measure the weights at these sites."""
        self._sites = list(sites)
        self.find()

    @property
    def are_current(self) -> bool:
        """Tell whether each name has the parameter that it had."""
        return all(site.is_current for site in self._sites)

    def find(self) -> None:
        """Find the parameters that bear the names now."""
        known = {id(meter.weight): meter for meter in self._weights}
        found: dict[int, WeightMeter] = {}
        for site in self._sites:
            weight = site.weight = parameter_of(site.owner, site.key)
            site.meter = site.problem = None
            if weight is None or not is_trained(weight):
                continue
            site.problem = _why_not(weight)
            if site.problem is None:
                meter = found.get(id(weight)) or known.get(id(weight))
                site.meter = found[id(weight)] = meter or WeightMeter(weight, self._meters.make_gradient())
        for gone in known.keys() - found.keys():
            known[gone].let_go()
        self._weights = list(found.values())
        self.watch.follow(self._weights)

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks that are not set; a weight that had none begins its step now."""
        for meter in self._weights:
            if meter.lacks_hook:
                meter.reset()
                meter.hook()
        self._let_modules_go()
        for site in self._sites:
            if site.meter is not None and site.meter.is_long:
                self._handles.append(site.owner.register_forward_pre_hook(make_hook(site.meter.forward)))

    @property
    def lack_hooks(self) -> bool:
        """Tell whether a weight gets gradients that nothing reads."""
        return any(meter.lacks_hook for meter in self._weights)

    def let_go(self) -> None:
        """Remove all hooks."""
        self._let_modules_go()
        for meter in self._weights:
            meter.let_go()

    def _let_modules_go(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def begin(self) -> None:
        """Be told that a forward pass begins."""
        for meter in self._weights:
            meter.begin()

    def reset(self) -> None:
        """Forget the last step."""
        for meter in self._weights:
            meter.reset()

    def columns(self) -> Iterable[Sequence[Value]]:
        """Return the norms of gradients, and the ratios of updates."""
        ratios = {id(meter): meter.ratio() for meter in self._weights}
        meters = [site.meter for site in self._sites]
        return (
            [None if meter is None else meter.gradient.norm() for meter in meters],
            [None if meter is None else ratios[id(meter)] for meter in meters],
        )

    def problems(self) -> list[tuple[str, str]]:
        """Return which weights could not be measured, by name, and why."""
        pairs = [(site.name, site.meter.problem if site.meter is not None else site.problem) for site in self._sites]
        return [(f"the weight of {name}", problem) for name, problem in pairs if problem is not None]


def _why_not(weight: nn.Parameter) -> str | None:
    if is_lazy(weight):
        return NO_SHAPE
    problem = INFERENCE if weight.is_inference() else why_not(weight)
    return None if problem == COMPLEX else problem
