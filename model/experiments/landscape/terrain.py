"""The grid of points of one network: losses and errors, from coarse to fine, and what they say in numbers."""

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

from skipscope.model.experiments.landscape.kind import LandscapeRequest
from skipscope.model.measure.record import wire_number


class Terrain:
    """The known part of a network's loss on a grid of so many points a side, up to `span` from the network.

    Rows go along the second direction, columns along the first.
    """

    def __init__(self, label: str, points: int, span: float, *, num_images: int, chance: float) -> None:
        self.label, self.points, self.span = label, points, span
        self._num_images, self._chance = num_images, chance
        self.known: dict[tuple[int, int], tuple[float, float]] = {}
        """Loss and error, by row and column."""

    @property
    def places(self) -> list[float]:
        """Return the distances of the points on an axis; that of the middle is 0."""
        middle = self.points // 2
        return [self.span * (number - middle) / middle for number in range(self.points)]

    @property
    def has_centre(self) -> bool:
        """Say whether the network itself is measured."""
        return (self.points // 2, self.points // 2) in self.known

    def to_dict(self) -> dict[str, Any]:
        """Return what is known; None at points that are not measured."""
        places, middle, size = self.places, self.points // 2, range(self.points)
        losses = {point: loss for point, (loss, _) in self.known.items()}
        loss, error = self.known[middle, middle]
        least = min((one for one in losses if math.isfinite(losses[one])), key=lambda one: losses[one], default=None)
        return {
            "label": self.label,
            "images": self._num_images,
            "loss": wire_number(loss),
            "error": error,
            "chance": self._chance,
            "measured": len(self.known),
            "places": places,
            "losses": [[wire_number(losses.get((row, column))) for column in size] for row in size],
            "errors": [[self.known.get((row, column), (None, None))[1] for column in size] for row in size],
            "least": None if least is None else {
                "loss": wire_number(losses[least]), "place": [places[least[1]], places[least[0]]],
            },
            "below_chance": sum(value < self._chance for value in losses.values()) / len(losses),
            "at_distance": [
                {"distance": self.span * part, "loss": wire_number(self._median_at(self.span * part))}
                for part in (0.25, 0.5, 1.0)
            ],
        }  # fmt: skip

    def known_dict(self) -> dict[str, Any]:
        """Return the points that are measured, of which no number is rounded; NaN and infinity are words."""
        return {
            "label": self.label, "images": self._num_images, "chance": self._chance,
            "known": [
                [row, column, loss if math.isfinite(loss) else str(loss), error]
                for (row, column), (loss, error) in self.known.items()
            ],
        }  # fmt: skip

    def _median_at(self, distance: float) -> float | None:
        """Return the median of the losses at that distance from the network, give or take half a point."""
        places, half = self.places, self.span / (self.points // 2) / 2
        found = [
            loss if math.isfinite(loss) else math.inf
            for (row, column), (loss, _) in self.known.items()
            if abs(math.hypot(places[row], places[column]) - distance) <= half
        ]
        return median(found) if found else None


def landscapes_of(found: Sequence[Terrain]) -> dict[str, Any]:
    """Return the result: the networks whose own loss is known, and a sentence for each."""
    variants = [one.to_dict() for one in found if one.has_centre]
    return {"variants": variants, "sentences": [sentence_of(one) for one in variants]}


def landscape_of(request: LandscapeRequest, found: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    """Return the result of the points that bands have measured; a band that trains the networks yet has none."""
    terrains: dict[str, Terrain] = {}
    for one in (one for band in found if band is not None for one in band.get("terrains", ())):
        terrain = terrains.get(one["label"])
        if terrain is None:
            terrain = terrains[one["label"]] = Terrain(
                one["label"], request.points, request.span, num_images=one["images"], chance=one["chance"]
            )
        terrain.known.update({(row, column): (float(loss), error) for row, column, loss, error in one["known"]})
    return landscapes_of(list(terrains.values()))


def sentence_of(found: dict[str, Any]) -> str:
    """Say a network's result with its numbers."""
    rings = [one for one in found["at_distance"] if one["loss"] is not None]
    said = ", ".join(f"{_said(one['loss'])} at a distance of {one['distance']:.3g}" for one in rings)
    away = f" The median is {said}, in units of the filters' norms." if said else ""
    return (
        f"{found['label']} has a loss of {_said(found['loss'])} on {found['images']} images.{away} "
        f"It stays below chance, {found['chance']:.3g}, at {found['below_chance']:.0%} of {found['measured']} points."
    )


def _said(loss: float | str) -> str:
    if isinstance(loss, str):
        return "no finite loss"
    if 1e-3 <= loss < 1e6:
        return f"{float(f'{loss:.3g}'):,.0f}" if loss >= 1000 else f"{loss:.3g}"
    return f"{loss / 1e6:,.2g} million" if 1e6 <= loss < 1e9 else f"{loss:.1e}"
