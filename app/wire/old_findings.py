"""Findings of old recordings under today's kinds: their sentences say no more than was measured."""

from collections.abc import Iterable, Mapping
from typing import Any

HEALTHY = ": healthy."
DEAD = ": dead units."
FORWARD = (": vanishing, on the way forward.", ": exploding, on the way forward.")
GRAVER = (": vanishing.", ": exploding.")
MEASURED_TOO = ", and weights of the first half change by "
"""In sentences whose graver word rested on updates as well."""
NOTHING = "Nothing is lost, dead or out of proportion"
"""Said where no two places could be compared."""


def upgrade_findings(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings in the present form; those that are in it stay as they are."""
    return [_upgraded(finding) for finding in findings]


def _upgraded(finding: Mapping[str, Any]) -> dict[str, Any]:
    sentence: str = finding["sentence"]
    kind, end, instead = _today(finding["kind"], sentence)
    told = f"{sentence.removesuffix(end)}{instead}" if end else sentence
    if told.startswith(NOTHING):
        kind, told = "unmeasured", "The gradient was measured at fewer than two blocks: nothing to compare."
    return {**finding, "kind": kind, "sentence": told}


def _today(kind: str, sentence: str) -> tuple[str, str, str]:
    """Return today's kind, the end of the sentence that goes, and what takes its place."""
    match kind:
        case "healthy":
            return "gradient", HEALTHY, "."
        case "dead_units":
            return "zeros", DEAD, "."
        case "vanishing" | "exploding" if sentence.endswith(FORWARD):
            end = next(one for one in FORWARD if sentence.endswith(one))
            return "signal", end, ", on the way forward."
        case "vanishing" | "exploding" if MEASURED_TOO not in sentence:
            return "gradient", next((one for one in GRAVER if sentence.endswith(one)), ""), "."
        case _:
            return kind, "", ""
