"""Requests and answers of the API's part for rooms, as the OpenAPI document describes them."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field, StrictBool

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.rooms.phase import Phase
from skipscope.app.rooms.question import Value
from skipscope.app.wire.runs import ProblemView
from skipscope.model.describe.words import Strict

Code = Annotated[str, Path(max_length=40, description="The room's code, in any case, with spaces or without.")]
KEY = r"^[0-9a-fA-F]{32}$"
MemberKey = Annotated[str, Path(pattern=KEY, description="The member's key, 32 hex digits that they made up.")]
Number = Annotated[int, Path(ge=1, le=2**31, description="The question's id, from the snapshot.")]
SeatId = Annotated[int, Path(ge=1, le=2**53, description="The member's seat, from the host's view.")]

OPEN: dict[str, dict[str, Any]] = {
    "plain": {"summary": "A room", "value": {}},
    "titled": {"summary": "With a title, names of one's own", "value": {
        "title": "Residual networks, two hours", "free_names": True}},
}  # fmt: skip
JOIN: dict[str, dict[str, Any]] = {
    "join": {"summary": "Join under any name of the list", "value": {"key": "0123456789abcdef0123456789abcdef"}},
}
PHRASE: dict[str, dict[str, Any]] = {
    "phrase": {"summary": "Six words", "value": {"phrase": "quiet otter brave heron lucky fox"}},
}
RENAME: dict[str, dict[str, Any]] = {"any": {"summary": "Another name of the list", "value": {}}}
NETWORK: dict[str, dict[str, Any]] = {
    "plain": {"summary": "A network of Explore", "value": {"address": "/?net=plain20,norm:none"}},
}
ANSWER: dict[str, dict[str, Any]] = {
    "number": {"summary": "A number, rather sure", "value": {"value": 1e-4, "sure": 4}},
    "choice": {"summary": "The second option", "value": {"value": 1}},
    "profile": {"summary": "A drawn profile", "value": {"value": [1e-9, 1e-6, 1e-3, 1], "turn": 2}},
}
CHANGE: dict[str, dict[str, Any]] = {
    "lesson": {"summary": "Send a step of Learn", "value": {"lesson": {"lesson": "problem", "step": 1}}},
    "task": {"summary": "Send a task of one's own, a minute to predict", "value": {
        "task": {"title": "How deep?", "address": "/?net=plain56,norm:none", "question": {
            "kind": "number", "text": "How much gradient is left at block 1?"}}, "seconds": 60}},
    "profile": {"summary": "Have a profile drawn, which the reveal measures", "value": {
        "task": {"title": "Draw it", "question": {
            "kind": "profile", "text": "How does the gradient fall?", "measured": "net=plain56,norm:none", "points": 5},
            "seconds": {"predict": 60, "discuss": 90, "predict_again": 45}}}},
    "reveal": {"summary": "Show the truth", "value": {"phase": "reveal", "truth": 1.4e-13}},
    "pause": {"summary": "Stop the clock", "value": {"clock": "pause"}},
    "screen": {"summary": "Put a page on everybody's screen", "value": {"screen": "/learn/problem?step=2"}},
}  # fmt: skip
TASKS: dict[str, dict[str, Any]] = {
    "two": {"summary": "A step of Learn by the clock, and an experiment of the Lab", "value": [
        {"title": "How small?", "wish": {"lesson": {"lesson": "problem", "step": 1, "seconds": {"predict": 60}}}},
        {"title": "Lesions", "wish": {"task": {"title": "Lesions", "address": "/lab?kind=lesions"}}}]},
}  # fmt: skip


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document refusals."""
    said = {
        403: "Only the room's host may do this.", 404: "There is no such room, seat or question.",
        409: "Not possible as the room is now.", 422: "Not valid.", 429: "Too often.",
        503: "Too many rooms, or the store fails.", 507: "The disk is full.",
    }  # fmt: skip
    schema = {MEDIA_TYPE: {"schema": ProblemView.model_json_schema()}}
    # a code that no room has counts, and one too many is refused
    all_of_them = sorted({*statuses, 429}) if 404 in statuses else statuses
    return {status: {"description": said[status], "content": schema} for status in all_of_them}


class NewRoom(Strict):
    """A room to be opened."""

    title: Annotated[str, Field(max_length=80)] = ""
    free_names: Annotated[StrictBool, Field(description="Whether members may have nicknames of their own.")] = False


class Phrase(Strict):
    """The phrase that recovers the host's secret."""

    phrase: Annotated[str, Field(max_length=200)]


class NewMember(Strict):
    """Somebody who joins: a key that they made up and keep, and a name; or who comes back to the seat they have."""

    key: Annotated[str, Field(pattern=KEY)]
    name: Annotated[str | None, Field(max_length=80, description="Without one the server gives one of two words.")] = (
        None
    )
    back: Annotated[
        StrictBool, Field(description="Only to a seat that this key has; refused where the host took it away.")
    ] = False


class NewName(Strict):
    """Another name; without one the server gives one of two words."""

    name: Annotated[str | None, Field(max_length=80)] = None


class NewNetwork(Strict):
    """A member's present network, as an address of Explore; it is measured here."""

    address: Annotated[str, Field(max_length=2000)]


class NewAnswer(Strict):
    """An answer."""

    value: Value
    sure: Annotated[int | None, Field(strict=True, ge=1, le=5, description="From a guess to certain.")] = None
    turn: Annotated[
        int, Field(strict=True, ge=0, le=2**31, description="Counts a member's sends: an older one changes nothing.")
    ] = 0


class HostKeys(BaseModel):
    """A room's secrets: they are said once."""

    secret: str
    phrase: str
    link: str


class OpenedRoom(BaseModel):
    """A room that was opened."""

    code: str
    link: str
    host: HostKeys


class SecretView(BaseModel):
    """A new secret for the host."""

    secret: str
    link: str


class RoomTask(BaseModel):
    """A task as everybody sees it."""

    number: int
    title: str
    text: str
    address: str | None


class RoomQuestion(BaseModel):
    """A question as everybody sees it, without its truth."""

    id: int
    kind: Literal["number", "choice", "profile"]
    text: str
    options: list[str]
    low: int
    high: int
    at: list[int]
    axis: Annotated[str, Field(description="The quantity of the axis, in words.")]
    unit: str
    network: Annotated[str | None, Field(description="The name of the network that is measured.")]
    stages: Annotated[list[int], Field(description="Its blocks, by stage.")]
    known: Annotated[int | None, Field(description="The block at which the quantity is 1 by its definition.")]


class AnswerBin(BaseModel):
    """How many answered so: a decade, or the number of an option; before the discussion, and last."""

    at: int
    first: int
    last: int


class BlockAnswers(BaseModel):
    """Quartiles of the logarithms that were drawn at a block."""

    at: int
    quartiles: list[float]
    first: Annotated[list[float], Field(description="The same of the drawings before the discussion.")]


class Distribution(BaseModel):
    """All answers together; of a number or a choice in bins, of a profile by block."""

    answered: int
    sure_wrong: Annotated[int | None, Field(description="How many were sure, 4 or 5, and wrong.")]
    bins: list[AnswerBin]
    blocks: list[BlockAnswers]
    quartiles: Annotated[
        list[float], Field(description="Logarithms of numbers: the least, three quartiles, the greatest.")
    ]


class RoomView(BaseModel):
    """The public state of a room; the truth and the answers are in it from the phase `reveal` on."""

    code: str
    title: str
    revision: int
    now: Annotated[float, Field(description="The server's clock, in seconds since 1970.")]
    expires: float
    phase: Literal["wait"] | Phase
    ends: float | None
    remaining: Annotated[float | None, Field(description="Seconds of a clock that is paused.")]
    free_names: bool
    closed: Annotated[bool, Field(description="Whether nobody else is let in.")]
    removals: Annotated[
        int, Field(description="Rises when the host takes somebody out; members ask then for their own state.")
    ]
    members: int
    answered: int
    revealed: Annotated[bool, Field(description="Whether the answers to this question were shown: none is taken more.")]
    open: Annotated[bool, Field(description="Whether answers are taken.")]
    task: RoomTask | None
    question: RoomQuestion | None
    screen: str | None
    truth: int | float | str | list[float] | None
    profile: Annotated[
        list[float | None] | None, Field(description="The measured value of every block, where a profile is measured.")
    ]
    distribution: Distribution | None


class RoomEnd(BaseModel):
    """`status`: the room has ended; nothing follows."""

    state: Literal["ended"]
    final: Literal[True]


class NameView(BaseModel):
    """A member's name, or one that is free."""

    name: str


class AnswerView(BaseModel):
    """The answer that is kept."""

    value: int | float | str | list[float]
    sure: int | None
    turn: int


class MemberView(BaseModel):
    """A member, as they alone see themselves: their answer to the present question."""

    name: str
    here: Annotated[bool, Field(description="false: the host took them out; they may join again.")]
    answer: AnswerView | None


class NetworkDot(BaseModel):
    """A member's network on the wall: the gradient of its blocks over that of its last."""

    address: str
    label: str
    depth: int
    norm: str
    skips: bool
    ratio: float | None
    profile: list[float | None]


class RemovedSeats(BaseModel):
    """How many seats the host took away at once."""

    removed: int


class SeatView(BaseModel):
    """A member, as the host sees them."""

    seat: int
    name: str
    answered: bool
    silent: Annotated[bool, Field(description="Whether nothing was ever done from here: no answer, network or run.")]
    network: NetworkDot | None


class HostView(BaseModel):
    """A room as its host sees it."""

    room: RoomView
    has_truth: bool
    measured: Annotated[bool, Field(description="Whether the server measures the truth.")]
    seats: list[SeatView]
    links: Annotated[list[str], Field(description="The links by which others reach the room; empty if nobody can.")]


class LessonTask(BaseModel):
    """A step of Learn that can be sent as a task; `kind` is that of its question."""

    lesson: str
    step: int
    title: str
    kind: Literal["number", "choice", "profile"] | None
