"""The numbers that static/js/figure/lesson/numbers.js reads off a measurement: those of claims, and of equations."""

from typing import Literal
from xml.etree import ElementTree

Number = Literal[
    "ratio", "block_factor", "least_factor", "most_factor", "least_gain", "most_gain", "branch_share", "output",
    "parameters", "macs", "additions", "block_parameters", "block_macs", "projections", "accuracy", "test_accuracy",
    "identity_share", "identity_norm", "squares", "likeness",
]  # fmt: skip
COUNTED = frozenset({"parameters", "macs", "additions", "block_parameters", "block_macs", "projections"})
"""Those that are counted in a network's layers, so that each digit holds."""
OF_MAPS = frozenset({"identity_share", "identity_norm", "squares", "likeness"})
"""Those of one block's maps (static/js/figure/lesson/blockmaps.js); MAPPED are the figures of them."""
MAPPED = frozenset({"maps", "paths"})
LAYERED = frozenset({"layers", "columns"})
"""Figures that draw layers."""
_ALWAYS = ("ratio", "block_factor", "factors", "x", "branch", "sum")
_MAPS = ("identity_share", "shortcut", "grad_sum", "grad_identity", "grad_branch", "grad_x")


def check_numbers(mathml: str, show: str) -> None:
    """Raise ValueError where an equation asks for a number that its figure does not have."""
    known = [*_ALWAYS, *(sorted(COUNTED) if show in LAYERED else ()), *(_MAPS if show in MAPPED else ())]
    for element in ElementTree.fromstring(mathml).iter("mn"):  # noqa: S314  (check_mathml refuses declarations)
        name = element.get("data-number")
        if name is not None and name not in known:
            raise ValueError(f"equation: {name!r} is no number with `show: {show}`; give {', '.join(known)}")
