"""The description of a run that trains elsewhere: its network in a few words, and the names of its numbers."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from skipscope.model.describe.names import MAX_LABEL
from skipscope.model.describe.words import FieldError, Strict
from skipscope.model.measure.record import BLOCK_MEASURES, TAP_MEASURES, WEIGHT_MEASURES, Schema
from skipscope.model.watch.band import Band

MAX_PLACES = 20_000
MAX_NAME, MAX_WORDS = 200, 400
PLAIN = r"^[^\W_][^/\x00-\x1f]*$"
"""Begins with a letter or a digit: a spreadsheet takes no column of this name for a formula."""
Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL, pattern=PLAIN)]
Place = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Places = Annotated[tuple[Place, ...], Field(max_length=MAX_PLACES)]
LoggedName = Annotated[str, Field(min_length=1, max_length=MAX_LABEL, pattern=PLAIN)]


class OutsideRequest(Strict):
    """A network that trains elsewhere, in a few words."""

    model_config = ConfigDict(frozen=True)

    label: Annotated[Label, Field(description="The network's name, such as its class.", examples=["ResNet"])]
    host: Annotated[str, Field(max_length=100, description="The machine that sends.", examples=["gpu-07"])] = ""
    optimizer: Annotated[str, Field(max_length=80, description="Its class.", examples=["AdamW"])] = ""
    parameters: Annotated[int | None, Field(strict=True, ge=0, le=2**53)] = None
    band: Annotated[
        Band | None,
        Field(description="The gradient's ratio, first place over last, should stay in it; null: there is no band."),
    ] = Band()


class OutsideSchema(Strict):
    """The names that columns are aligned to, as `recorder.schema` has them."""

    model_config = ConfigDict(frozen=True)

    taps: Places
    weights: Places
    blocks: Places = ()
    kinds: Annotated[tuple[Annotated[str, Field(max_length=MAX_NAME)], ...], Field(max_length=MAX_PLACES)] = ()
    """The class of each tap's module; empty where it is not said."""
    junctions: Annotated[tuple[Annotated[str, Field(max_length=MAX_WORDS)], ...], Field(max_length=MAX_PLACES)] = ()
    """The kind of each block in words; empty where it is not said."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for field, names in (("taps", self.taps), ("weights", self.weights), ("blocks", self.blocks)):
            if (twice := _twice(names)) is not None:
                raise FieldError(field, twice, "a name stands there twice", "give each place a name of its own")
        of = (("kinds", self.kinds, "taps", self.taps), ("junctions", self.junctions, "blocks", self.blocks))
        for field, words, name, places in of:
            if words and len(words) != len(places):
                limit = f"{len(places)} as there are {name}, or none"
                raise FieldError(field, len(words), limit, f"give one for each of the {name}, or no {field}")
        return self

    def size_of(self, measure: str) -> int:
        """Return how many numbers a column of a measure has."""
        if measure in TAP_MEASURES:
            return len(self.taps)
        return len(self.weights) if measure in WEIGHT_MEASURES else len(self.blocks)

    @property
    def num_numbers(self) -> int:
        """Return how many numbers a step has."""
        sizes = ((TAP_MEASURES, self.taps), (WEIGHT_MEASURES, self.weights), (BLOCK_MEASURES, self.blocks))
        return sum(len(measures) * len(names) for measures, names in sizes)

    @classmethod
    def of(cls, schema: Schema) -> Self:
        """Return the schema of a record."""
        kinds = tuple(kind[:MAX_NAME] for kind in schema.kinds)
        junctions = tuple(words[:MAX_WORDS] for words in schema.junctions)
        return cls(taps=schema.taps, weights=schema.weights, blocks=schema.blocks, kinds=kinds, junctions=junctions)


def _twice(names: Sequence[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
