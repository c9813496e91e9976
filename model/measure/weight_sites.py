"""The weights of a network that are measured at present: found by the names of their parameters, whatever object bears
a name, and however it came there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure import native
from skipscope.model.measure.meters import Meters
from skipscope.model.measure.optimizer_watch import OptimizerWatch
from skipscope.model.measure.places import is_trained, parameter_of
from skipscope.model.measure.plain import COMPLEX, why_not
from skipscope.model.measure.processes import SUMMED
from skipscope.model.measure.record import Value
from skipscope.model.measure.scaling import Scaling
from skipscope.model.measure.shards import (
    DIVIDED,
    FLAT,
    GATHERED,
    ShardMeter,
    is_divided,
    is_flat,
    sum_up,
    why_not_summed,
)
from skipscope.model.measure.step_gradient import StepGradient, whole
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
    shard: ShardMeter | None = None
    problem: str | None = None

    def weight_now(self) -> nn.Parameter | None:
        """Return the parameter that is there; the divided one, while FSDP2 has gathered its parts for a pass."""
        weight = parameter_of(self.owner, self.key)
        if weight is None or self.weight is None or is_divided(weight) or not is_divided(self.weight):
            return weight
        return self.weight


class WeightSites:
    """The weights of one network by name. A parameter that has several names is measured once and told under each."""

    def __init__(self, meters: Meters, scaling: Scaling, *, sums: bool) -> None:
        self._meters, self._sums = meters, sums
        self._gathers = False
        self._shards: list[ShardMeter] = []
        self._sites: list[Site] = []
        self._weights: list[WeightMeter] = []
        self._assumed = 1.0
        """The factor of the loss in a step that no optimizer has made."""
        self._handles: list[RemovableHandle] = []
        self.watch = OptimizerWatch(scaling)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the weights."""
        return tuple(site.name for site in self._sites)

    @property
    def device(self) -> torch.device:
        """Return where they lie."""
        found = (*self._weights, *self._shards)
        return found[0].weight.device if found else torch.device("cpu")

    @property
    def meters(self) -> Sequence[WeightMeter]:
        """Give the meter of each weight that is measured."""
        return self._weights

    def follow(self, sites: Iterable[Site], *, gathers: bool) -> None:
        """Measure the weights at these sites; `gathers`: FSDP2 works on them."""
        self._sites, self._gathers = list(sites), gathers
        self.find()

    @property
    def are_current(self) -> bool:
        """Tell whether each name has the parameter that it had."""
        return all(self._is_current(site) for site in self._sites)

    def _is_current(self, site: Site) -> bool:
        weight = site.weight_now()
        return weight is site.weight and (
            site.problem is None or weight is None or self._why_not(weight) == site.problem
        )

    def find(self) -> None:
        """Find the parameters that bear the names now."""
        known = {id(meter.weight): meter for meter in self._weights}
        known_shards = {id(shard.weight): shard for shard in self._shards}
        found: dict[int, WeightMeter] = {}
        shards: dict[int, ShardMeter] = {}
        for site in self._sites:
            weight = site.weight = site.weight_now()
            site.meter = site.shard = site.problem = None
            if weight is None or not is_trained(weight):
                continue
            site.problem, own = self._why_not(weight), id(weight)
            if site.problem is not None:
                continue
            if is_divided(weight):
                site.shard = shards[own] = shards.get(own) or known_shards.get(own) or ShardMeter(weight)
            else:
                meter = found.get(own) or known.get(own)
                site.meter = found[own] = meter or WeightMeter(weight, self._meters.make_gradient())
        for gone in known.keys() - found.keys():
            known[gone].let_go()
        for gone in known_shards.keys() - shards.keys():
            known_shards[gone].let_go()
        self._weights, self._shards = list(found.values()), list(shards.values())
        self.watch.follow(self._weights, self._shards)

    def _why_not(self, weight: nn.Parameter) -> str | None:
        if is_lazy(weight):
            return NO_SHAPE
        if is_divided(weight):
            return why_not_summed(weight) if self._sums else DIVIDED
        if is_flat(weight):
            return FLAT
        if self._gathers:
            return GATHERED
        problem = INFERENCE if weight.is_inference() else why_not(weight)
        return None if problem == COMPLEX else problem

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks that are not set; a weight that had none begins its step now."""
        for meter in self._weights:
            if meter.lacks_hook:
                meter.reset()
                meter.hook()
        for shard in self._shards:
            if shard.lacks_hook:
                shard.reset()
                shard.hook()
        self._let_modules_go()
        for site in self._sites:
            if site.meter is not None and site.meter.is_long:
                self._handles.append(site.owner.register_forward_pre_hook(make_hook(site.meter.forward)))

    @property
    def lack_hooks(self) -> bool:
        """Tell whether a weight gets gradients that nothing reads."""
        return any(meter.lacks_hook for meter in (*self._weights, *self._shards))

    def let_go(self) -> None:
        """Remove all hooks."""
        self._let_modules_go()
        for meter in (*self._weights, *self._shards):
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
        self._assumed = 1.0
        for meter in (*self._weights, *self._shards):
            meter.reset()

    def finish(self) -> None:
        """End the step: measure updates, those against copies together, and add up the parts of all processes."""
        compared = [(meter, copy) for meter in self._weights if (copy := meter.copy) is not None]
        engine = native.load()
        if engine is not None and compared:
            weights = [meter.weight.detach() for meter, _ in compared]
            found = engine.updates_of(weights, [copy for _, copy in compared])
            for (meter, _), update in zip(compared, found, strict=True):
                if update is not None:
                    meter.take_update(*update)
        for meter in self._weights:
            meter.finish()
        sum_up(self._shards)

    def columns(self) -> Iterable[Sequence[Value]]:
        """Return the norms of gradients, and the ratios of updates."""
        norms = {id(meter): meter.used.norm() for meter in self._weights}
        ratios = {id(meter): meter.ratio() for meter in self._weights}
        for shard in self._shards:
            norms[id(shard)], ratios[id(shard)] = shard.norm(self._assumed), shard.ratio()
        meters = [id(site.meter or site.shard) for site in self._sites]
        return [norms.get(own) for own in meters], [ratios.get(own) for own in meters]

    def were_dropped(self, *, backed_off: Callable[[], bool]) -> bool:
        """Tell whether gradients of this step are gone, or of no use, though no optimizer has stepped with them."""
        left = [meter.weight for meter in self._weights if meter.gradient.calls]
        left += [shard.weight for shard in self._shards if shard.passes]
        if not left or any(meter.num_steps for meter in (*self._weights, *self._shards)):
            return False
        return left[0].grad is None or backed_off()

    def assume(self, factor: float) -> None:
        """Be told the factor of the loss in a step that no optimizer has made."""
        self._assumed = factor
        for meter in self._weights:
            meter.used.assume(factor)

    def gradient(self) -> StepGradient:
        """Tell which gradient the numbers are of."""
        used, shards = [meter.used for meter in self._weights], self._shards
        passes = [*(meter.gradient.passes for meter in self._weights), *(shard.passes for shard in shards)]
        made = [meter.num_steps for meter in self._weights if not meter.used.is_skipped]
        made += [shard.num_steps for shard in shards if not shard.is_skipped]
        # of divided weights it is not known as `backward` left it
        has_changed = not shards and any(one.has_changed for one in used)
        return StepGradient(
            passes=max(passes, default=0),
            steps=max(made, default=0),
            skipped=int(any(one.is_skipped for one in (*used, *shards))),
            norm=whole([*(one.norm() for one in used), *(shard.norm(self._assumed) for shard in shards)]),
            before=whole([one.before() for one in used]) if has_changed else None,
            shared=SUMMED if shards else "",
        )

    def problems(self) -> list[tuple[str, str]]:
        """Return which weights could not be measured, by name, and why."""
        pairs = [(site.name, (site.meter or site.shard or site).problem) for site in self._sites]
        return [(f"the weight of {name}", problem) for name, problem in pairs if problem is not None]
