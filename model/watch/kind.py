"""Runs that train elsewhere as a kind of job: its events come from outside, and this machine does no work for it."""

from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind
from skipscope.model.watch.digest import OutsideDigest
from skipscope.model.watch.request import OutsideRequest


def estimate(_: OutsideRequest) -> Estimate:
    """Return that nothing of this machine is needed."""
    return Estimate(seconds=0.0, fixed=0)


OUTSIDE = Kind(
    name="outside", noun="run", title="A training elsewhere", request=OutsideRequest, start="", estimate=estimate,
    digest=OutsideDigest, states=("stopped",),
)  # fmt: skip
