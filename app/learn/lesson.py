"""A chapter as data: its steps, with figure, prediction, action and transfer, and the claims that it makes."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from skipscope.app.learn.address import check_address, request_of_maps
from skipscope.app.learn.mathml import check_mathml
from skipscope.app.learn.numbers import MAPPED, OF_MAPS, Number, check_numbers
from skipscope.model.describe.words import Strict

Short = Annotated[str, Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Slug = r"[a-z][a-z0-9-]{0,39}"
Blocks = tuple[Annotated[int, Field(ge=1, le=999)], Annotated[int, Field(ge=1, le=999)]]


class Part(Strict):
    """A part of a chapter: it is frozen, and a field that nobody knows is refused."""

    model_config = ConfigDict(frozen=True)


class Addressed(Part):
    """Something that is measured: networks and settings in the language of Explore's addresses."""

    address: Annotated[str, Field(max_length=2000)]

    @field_validator("address")
    @classmethod
    def _measurable(cls, address: str) -> str:
        check_address(address)
        return address


class Option(Part):
    """An answer that can be chosen, and what is said to it: a wrong one is a belief, which is named."""

    text: Short
    says: Text
    holds: bool = False
    at: float | None = Field(None, ge=0, le=1, description="The place of the answer on a figure's axis of shares.")


class Choice(Part):
    """A question with answers."""

    question: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=5)]

    @model_validator(mode="after")
    def _one_holds(self) -> Self:
        if not any(option.holds for option in self.options):
            raise ValueError("no option has `holds: true`; mark the one that the measurement shows")
        return self


class Belief(Part):
    """An answer to predictions whose first handle lies at or above a number; the first that fits is given."""

    above: float
    says: Text


class Drawing(Part):
    """A prediction that is drawn: a handle at each of some blocks, on the axis on which the measurement comes."""

    question: Text
    at: Annotated[tuple[Annotated[int, Field(ge=1, le=999)], ...], Field(min_length=1, max_length=8)]
    begin: float = Field(1.0, gt=0, description="The handles' first place; the curve itself if it is shown.")
    beliefs: Annotated[tuple[Belief, ...], Field(max_length=4)] = ()


class Setting(Part):
    """A value that a control sets: fields of every network of the step, and settings of their training."""

    text: Short
    fields: dict[str, str | int | float | bool | tuple[int, ...]] = Field(
        default_factory=dict[str, str | int | float | bool | tuple[int, ...]]
    )
    training: dict[str, str | int | float | bool] = Field(default_factory=dict[str, str | int | float | bool])


class Control(Part):
    """A control of a step: a slider or a list of settings; the first, unless `usual` says another, is the figure's."""

    label: Short
    kind: Literal["slider", "list"] = "list"
    settings: Annotated[tuple[Setting, ...], Field(min_length=2, max_length=12)]
    usual: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _usual(self) -> Self:
        if self.usual >= len(self.settings):
            raise ValueError(f"usual is {self.usual}, and there are {len(self.settings)} settings, counted from 0")
        return self


class Action(Part):
    """The act that completes a step: skips that are connected, a setting that is chosen, a training."""

    text: Text
    connect: Annotated[tuple[Annotated[int, Field(ge=1, le=999)], ...], Field(max_length=999)] = Field(
        (), description="These skips of the last network, and no others."
    )
    among: Blocks | None = Field(None, description="At least one skip of these blocks, from the first to the last.")
    accuracy: Annotated[float | None, Field(gt=0, le=1)] = Field(
        None,
        description="The accuracy to be reached by the last network on its last 20 batches, trained by the reader.",
    )
    choose: dict[str, str] = Field(default_factory=dict[str, str], description="A control's label and a setting.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if not (self.connect or self.among or self.choose or self.accuracy):
            raise ValueError("it asks for nothing; give connect, among, accuracy or choose")
        return self


class Puzzle(Part):
    """A task: make the figure's network learn with few of these changes. The page checks an answer by training."""

    text: Text
    most: int = Field(2, ge=1, le=9, description="So many changes are allowed.")
    accuracy: float = Field(0.9, gt=0, le=1, description="It has learnt with this accuracy on its last 20 batches.")
    changes: Annotated[tuple[Control, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _counted(self) -> Self:
        for control in self.changes:
            if control.kind != "list":
                raise ValueError(f"changes: {control.label!r} is a {control.kind}; a change is chosen from a list")
            start = control.settings[control.usual]
            if start.fields or start.training:
                raise ValueError(f"changes: {start.text!r} of {control.label!r} is the start, so it has no fields")
        if self.most > len(self.changes):
            raise ValueError(f"most is {self.most}, and there are {len(self.changes)} changes to choose from")
        return self


class Figure(Addressed):
    """A picture of a measurement: its kind, its decades, and the parts of Explore below it."""

    show: Literal[
        "profile", "factors", "block", "layers", "columns", "table", "training", "learning", "maps", "paths"
    ] = "profile"
    low: int = Field(-15, ge=-80, le=80, description="The lowest decade of the axis.")
    high: int = Field(1, ge=-80, le=80)
    block: Annotated[int, Field(ge=1, le=999)] = 1
    image: int | None = Field(None, ge=0, le=4095, description="Of the batch, from 0; null: the first.")
    parts: tuple[Literal["diagram", "legend", "tools", "transport", "curves"], ...] = ()
    names: Annotated[tuple[Short, ...], Field(max_length=4)] = Field(
        (), description="Of the networks, where their own do not tell them apart."
    )
    caption: Text

    @model_validator(mode="after")
    def _axis(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low is {self.low} and high is {self.high}: low is the smaller of the two decades")
        return self

    @model_validator(mode="after")
    def _maps(self) -> Self:
        if self.show in MAPPED:
            if "transport" in self.parts:
                raise ValueError(f"{self.show} shows networks before training; leave transport out of parts")
            request_of_maps(self.address, self.block, self.image or 0)
        return self


class Equation(Part):
    """One equation in MathML; <mn data-number="ratio"/> is filled with what was measured."""

    mathml: str
    says: Text

    @field_validator("mathml")
    @classmethod
    def _math(cls, text: str) -> str:
        check_mathml(text)
        return text


class Transfer(Addressed, Choice):
    """A question about another network, of which a number is measured when it is answered."""

    number: Number = "ratio"
    block: int | None = Field(None, ge=1, le=999, description="Of a number of one block's maps, from 1.")

    @model_validator(mode="after")
    def _one_block(self) -> Self:
        if (self.number in OF_MAPS) != (self.block is not None):
            raise ValueError(f"{self.number}: give block with a number that is read off one block, and with no other")
        return self


class Step(Part):
    """A step: a title, a figure, and what the reader does before and after it is uncovered."""

    title: Short
    figure: Figure
    covered: bool = Field(True, description="false: the figure is shown, and the action's effect is predicted.")
    draw: Drawing | None = None
    choose: Choice | None = None
    controls: Annotated[tuple[Control, ...], Field(max_length=3)] = ()
    tried: Number = Field("ratio", description="The number that is listed of the settings that were tried.")
    action: Action | None = None
    puzzle: Puzzle | None = None
    seen: Choice | None = None
    equation: Equation | None = None
    transfer: Transfer | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.draw and self.choose:
            raise ValueError("a step has one prediction; give draw or choose")
        if self.equation:
            check_numbers(self.equation.mathml, self.figure.show)
        if not self.covered and not self.action:
            raise ValueError("covered is false, and no action follows on the prediction; give action")
        known = {control.label: [one.text for one in control.settings] for control in self.controls}
        for label, text in (self.action.choose if self.action else {}).items():
            if text not in known.get(label, []):
                raise ValueError(f"action.choose: there is no control {label!r} with a setting {text!r} in this step")
        skips = self.action is not None and bool(self.action.connect or self.action.among)
        if skips and "diagram" not in self.figure.parts:
            raise ValueError("action asks to connect skips; give the figure `parts: [diagram]`, which has them")
        if self.action is not None and self.action.accuracy and "transport" not in self.figure.parts:
            raise ValueError("action asks to train; give the figure `parts: [transport, curves]`, which has Play")
        return self

    @model_validator(mode="after")
    def _puzzle_alone(self) -> Self:
        if self.puzzle is None:
            return self
        if self.draw or self.choose or self.controls or self.action or self.seen or self.transfer:
            raise ValueError("a step with a puzzle has no draw, choose, controls, action, seen or transfer beside it")
        if self.figure.show != "learning" or not set(self.figure.parts) <= {"curves"}:
            raise ValueError("a puzzle trains by itself; give the figure `show: learning`, and no parts but curves")
        if self.figure.address.count("net=") != 1:
            raise ValueError("a puzzle is about one network; give the figure an address with one net=")
        return self


class Claim(Addressed):
    """A sentence that can be measured: a number, read from what the address measures, lies in an interval."""

    sentence: Text
    step: int = Field(ge=1, le=9)
    number: Number
    network: int = Field(-1, ge=-1, le=3, description="From 0; -1 is the last one.")
    blocks: Blocks | None = None
    interval: tuple[float, float]
    seeds: int = Field(5, ge=1, le=20)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.interval[0] > self.interval[1]:
            raise ValueError(f"interval {list(self.interval)}: the first number is the smaller one")
        return self

    @model_validator(mode="after")
    def _one_block(self) -> Self:
        if self.number in OF_MAPS and (self.blocks is None or self.blocks[0] != self.blocks[1]):
            raise ValueError(f"{self.number} is read off one block; give blocks as [14, 14]")
        return self


class Source(Part):
    """A paper or a page."""

    text: Text
    url: Annotated[str, Field(pattern=r"^https://\S+$", max_length=200)]


class Lesson(Part):
    """A chapter."""

    title: Short
    minutes: int = Field(ge=1, le=60)
    hook: Text
    recall: Choice | None = Field(None, description="A question on an earlier chapter, asked above the first step.")
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=6)]
    claims: Annotated[tuple[Claim, ...], Field(max_length=40)] = ()
    sources: Annotated[tuple[Source, ...], Field(max_length=12)] = ()

    @model_validator(mode="after")
    def _claims_have_steps(self) -> Self:
        for claim in self.claims:
            if claim.step > len(self.steps):
                raise ValueError(f"a claim is about step {claim.step}, and there are {len(self.steps)}")
        return self
