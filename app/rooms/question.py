"""A task that a host sends, and its question: a number on a log scale, a drawn profile, a choice."""

import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StrictFloat, StrictInt, field_validator, model_validator

from skipscope.app.learn.address import check_address
from skipscope.app.rooms.phase import Phase
from skipscope.model.describe.words import FieldError, Strict

MOST = 1e80
"""Of numbers that are answered: beyond it no axis of ours goes."""
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
PAGES = re.compile(r"/(?:$|\?|(?:learn|lab|runs)(?:[/?]|$))")


def page_address(text: str) -> str:
    """Return the address of a page of this server; `?net=…` and `net=…` are Explore's. Raise FieldError for others."""
    found = f"/?{text.removeprefix('?')}" if text.startswith(("?", "net=")) else text
    plain = all(" " < sign != "\x7f" and sign not in '\\<>"' for sign in found)
    if not plain or not PAGES.match(found):
        raise FieldError(
            "address", text, "it is no page of this server", "give /?net=…, /learn/…, /lab… or /runs…"
        )  # fmt: skip
    return found


class Question(Strict):
    """A question: `low` and `high` are the decades of its axis, `at` the blocks of a profile."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["number", "choice", "profile"]
    text: Text
    options: Annotated[tuple[Short, ...], Field(max_length=8)] = ()
    low: Decade = -15
    high: Decade = 1
    at: Annotated[tuple[Block, ...], Field(max_length=16)] = ()
    measured: Annotated[
        str,
        Field(
            max_length=2000,
            description="An address of Explore, if the server measures the truth: of its last network, the gradient "
            "at block 1 or at the blocks `at`, over that at the last block.",
        ),
    ] = ""

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
        if self.measured and self.kind == "choice":
            raise FieldError("measured", self.measured, "a choice has none", "give the truth as one of the options")
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
            check_value(self.question, self.truth, "truth")
        return self


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
            number = len(question.at)
            if not isinstance(value, list) or (number and len(value) != number) or not all(map(_is_number, value)):
                limit = f"a list of {number or '1 to 64'} numbers from 0 to {MOST:g}"
                raise FieldError(field, value, limit, "give a number for each block")


def place_of(question: Question, value: Any) -> int:
    """Return the number of the option that a value names."""
    return question.options.index(value) if isinstance(value, str) else value


def _is_number(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value) and 0 <= value <= MOST
