"""A task that a host sends, and its question: a number on a log scale, a drawn profile, a choice."""

import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StrictFloat, StrictInt, field_validator, model_validator

from skipscope.app.learn.address import check_address
from skipscope.app.rooms.phase import Phase
from skipscope.app.rooms.quantity import UNIT, Quantity, Subject, axis_of, known_block, spread, subject_of, usual_block
from skipscope.model.describe.words import FieldError, Strict

MOST = 1e80
"""Of numbers that are answered: beyond it no axis of ours goes."""
POINTS = 5
"""Of a measured profile for which nobody says how many."""
Short = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Decade = Annotated[int, Field(ge=-80, le=80)]
Block = Annotated[int, Field(ge=1, le=4000)]
Seconds = Annotated[int, Field(ge=5, le=7200)]
Value = (
    StrictInt
    | StrictFloat
    | Annotated[str, Field(max_length=120)]
    | Annotated[list[StrictInt | StrictFloat], Field(min_length=1, max_length=64)]
)
PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)*/?")
PAGES = re.compile(r"/(?:$|\?|(?:learn|lab|runs)(?:[/?]|$))")


def page_address(text: str) -> str:
    """Return the address of a page of this server; `?net=…` and `net=…` are Explore's. Raise FieldError for others."""
    found = f"/?{text.removeprefix('?')}" if text.startswith(("?", "net=")) else text
    plain = all("!" <= sign <= "~" and sign not in '\\<>"' for sign in found)
    path = re.split("[?#]", found, maxsplit=1)[0]
    # a browser takes %2e for a dot, and goes up at two of them
    if not plain or not PAGES.match(found) or not PLAIN_PATH.fullmatch(path):
        raise FieldError(
            "address", text, "it is no page of this server", "give /?net=…, /learn/…, /lab… or /runs…"
        )  # fmt: skip
    return found


class Question(Strict):
    """A question: `low` and `high` are the decades of its axis, `at` the blocks of a profile. A measured one is about a
    quantity of a network, whose truth nobody types."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["number", "choice", "profile"]
    text: Text
    options: Annotated[tuple[Short, ...], Field(max_length=8)] = ()
    low: Decade = -15
    high: Decade = 1
    at: Annotated[tuple[Block, ...], Field(max_length=16)] = ()
    points: Annotated[
        int | None, Field(ge=2, le=12, description="Of a measured profile: so many blocks, evenly, in place of `at`.")
    ] = None
    axis: Annotated[str, Field(max_length=80, description="The quantity of the axis, in words.")] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    measured: Annotated[
        str,
        Field(
            max_length=2000,
            description="An address of Explore, if the server measures the truth: of its last network, at the block or "
            "blocks `at`, `gradient_rms` over that at the last block, `activation_rms` over that at the first, "
            "`residual_rms` over that of the shortcut.",
        ),
    ] = ""
    quantity: Quantity = "gradient_rms"

    @property
    def subject(self) -> Subject | None:
        """Return the network that is measured."""
        return subject_of(self.measured) if self.measured else None

    @property
    def places(self) -> tuple[int, ...]:
        """Return the blocks that are asked about: those that are named, else the usual ones of what is measured."""
        subject = self.subject
        if self.at or subject is None:
            return self.at
        if self.kind == "number":
            return (usual_block(self.quantity, subject.blocks),)
        return spread(self.quantity, subject.blocks, self.points or POINTS)

    def public(self) -> dict[str, Any]:
        """Return the question as everybody sees it: nothing of its truth."""
        subject, places = self.subject, self.places
        axis, unit = self.axis, self.unit
        if subject is not None:
            axis = axis or axis_of(self.quantity, subject.blocks, places[0] if self.kind == "number" else None)
            unit = unit or UNIT
        return {
            "kind": self.kind, "text": self.text, "options": list(self.options), "low": self.low, "high": self.high,
            "at": list(places), "axis": axis, "unit": unit, "network": None if subject is None else subject.label,
            "stages": [] if subject is None else list(subject.stages),
            "known": None if subject is None else known_block(self.quantity, subject.blocks),
        }  # fmt: skip

    @field_validator("measured")
    @classmethod
    def _measurable(cls, address: str) -> str:
        if address:
            check_address(address)
        return address

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "choice" and len(self.options) < 2:
            raise FieldError("options", list(self.options), "a choice has 2 to 8", "give what can be chosen")
        if self.kind != "choice" and self.options:
            raise FieldError("options", list(self.options), f"a {self.kind} has none", "leave them out")
        if len(set(self.options)) < len(self.options):
            raise FieldError("options", list(self.options), "two are the same", "give each once")
        if self.low >= self.high:
            raise FieldError("low", self.low, f"less than high, {self.high}", "give the smaller decade first")
        if self.points is not None and (self.kind != "profile" or not self.measured or self.at):
            raise FieldError("points", self.points, "only a measured profile without at has points", "leave it out")
        return self

    @model_validator(mode="after")
    def _of_its_network(self) -> Self:
        subject = self.subject
        if subject is None:
            return self
        if self.kind == "choice":
            raise FieldError("measured", self.measured, "a choice has none", "give the truth as one of the options")
        blocks = subject.blocks
        most = blocks - (known_block(self.quantity, blocks) is not None)
        if self.kind == "profile" and not self.at and (self.points or POINTS) > most:
            limit = f"{subject.label} has {blocks} blocks, of which {most} can be asked about"
            raise FieldError("points", self.points or POINTS, limit, "give fewer points, or a deeper network")
        beyond = next((place for place in self.places if place > blocks), None)
        if beyond is not None:
            raise FieldError("at", beyond, f"{subject.label} has {blocks} blocks", "give blocks that it has")
        bare = next((place for place in self.places if not subject.skips[place - 1]), None)
        if self.quantity == "residual_rms" and bare is not None:
            limit = f"block {bare} of {subject.label} has no shortcut"
            raise FieldError("quantity", self.quantity, limit, "give a network with skips, or another quantity")
        return self


class Task(Strict):
    """A task: a page of this server, a sentence, a question, and the seconds of its phases; each but the title may
    be left out."""

    model_config = ConfigDict(frozen=True)

    title: Short
    text: Annotated[str, Field(max_length=400)] = ""
    address: Annotated[str | None, Field(max_length=2000)] = None
    question: Question | None = None
    seconds: dict[Phase, Seconds] = Field(default_factory=dict[Phase, Seconds])
    truth: Value | None = Field(None, description="The right answer, if the host knows it beforehand.")

    @field_validator("address")
    @classmethod
    def _of_ours(cls, address: str | None) -> str | None:
        return None if address is None else page_address(address)

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if self.truth is not None:
            if self.question is None:
                raise FieldError("truth", self.truth, "there is no question", "give a question, or no truth")
            check_untold(self.question, self.truth)
            check_value(self.question, self.truth, "truth")
        return self


def check_untold(question: Question, truth: Any) -> None:
    """Raise FieldError for a truth that somebody tells of a question that is measured."""
    if question.measured:
        raise FieldError("truth", truth, "the server measures this one", "leave it out: the reveal measures it")


def check_value(question: Question, value: Any, field: str = "value") -> None:
    """Raise FieldError for a value that is no answer to a question."""
    match question.kind:
        case "choice":
            if isinstance(value, bool) or not (
                value in question.options or (isinstance(value, int) and 0 <= value < len(question.options))
            ):
                last = len(question.options) - 1
                raise FieldError(field, value, f"one of the options, or its number, 0 to {last}", "choose one")
        case "number":
            if not _is_number(value):
                raise FieldError(field, value, f"a number from 0 to {MOST:g}", "give one number")
        case "profile":
            number = len(question.places)
            if not isinstance(value, list) or (number and len(value) != number) or not all(map(_is_number, value)):
                limit = f"a list of {number or '1 to 64'} numbers from 0 to {MOST:g}"
                raise FieldError(field, value, limit, "give a number for each block")


def place_of(question: Question, value: Any) -> int:
    """Return the number of the option that a value names."""
    return question.options.index(value) if isinstance(value, str) else value


def _is_number(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value) and 0 <= value <= MOST
