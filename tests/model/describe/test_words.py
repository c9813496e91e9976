"""Whatever is wrong with a description is said in the product's words: none of the validator's reaches anybody."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from skipscope.app.wire.runs import Change, Fork, NewRun
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.describe.words import MAX_SHOWN, FieldError, check_names, findings, shown

MODELS: tuple[type[BaseModel], ...] = (Architecture, NewRun, ProbeRequest, MapsRequest, Change, Fork)
WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e12, 10**30, float("inf"), "", "bacth", "1", [], [[]], [None], ["abc"], [-1], [1e12], [{}],
    [1] * 5000, {}, {"a": 1}, "x" * 9000, "\ud800",
)  # fmt: skip
VALIDATORS = (
    "input",
    "validation",
    "valid ",
    "instance",
    "tuple",
    "dictionary",
    "extra",
    "permitted",
    "parsing",
    "greater",
)


def said(kind: type[BaseModel], given: object) -> list[Any]:
    """Return what is said of a description that is refused."""
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(given)
    return findings(refused.value.errors())


@pytest.mark.timeout(60)  # to compare each mistake with each other one would take minutes
def test_fifty_thousand_mistakes_are_named_in_linear_time() -> None:
    assert len(said(ProbeRequest, {"strengths": [1] * 50_000})) >= 50_000


@pytest.mark.parametrize("kind", MODELS)
def test_each_field_refuses_in_words(kind: type[BaseModel]) -> None:
    refused = 0
    for name in kind.model_fields:
        for value in WRONG:
            try:
                kind.model_validate({name: value})
            except ValidationError as error:
                refused += 1
                found = findings(error.errors())
                assert len({one.field for one in found}) == len(found), "a place is named once"
                for one in found:
                    words = one.detail.replace(shown(one.value), "").lower()
                    assert not [said for said in VALIDATORS if said in words], one
                    assert one.detail.endswith((".", "?")), one
                    assert one.limit, one
                    assert len(one.detail) < 600, one
                    assert one.field.split(".")[0] in {*kind.model_fields, ""}, one
    assert refused >= 10


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (Architecture, {"depths": []}, "depths=[]: give at least one stage."),
        (Architecture, {"depths": [1, 1, 1, 1, 1]}, "depths=[1, 1, 1, 1, 1]: give at most 4 stages."),
        (Architecture, {"depths": ["abc"]}, 'depths.0="abc": give a whole number.'),
        (Architecture, {"depths": "abc"}, 'depths="abc": give a list.'),
        (Architecture, {"depths": [0]}, "depths.0=0: give 1 or more."),
        (Architecture, {"norm": "bacth"}, 'norm="bacth": did you mean batch? It is batch, group or none.'),
        (Architecture, {"norm": "zzz"}, 'norm="zzz": give batch, group or none.'),
        (Architecture, {"skips": "x"}, 'skips="x": give true or false, or a list.'),
        (Architecture, {"depths": [1], "skips": [1]}, "skips.0=1: give true or false."),
        (Architecture, {"nrom": "none"}, 'nrom="none": there is no such field. Did you mean norm?'),
        (NewRun, {"steps": 10**12}, "steps=1000000000000: give 1,000,000 or less."),
        (NewRun, {"steps": 1e12}, "steps=1000000000000.0: give a whole number."),
        (NewRun, {"stepz": 10}, "stepz=10: there is no such field. Did you mean steps?"),
        (NewRun, {"variants": []}, "variants=[]: give at least one network."),
        (NewRun, {"variants": [{"nrom": 1}]}, "variants.0.nrom=1: there is no such field. Did you mean norm?"),
        (NewRun, {"variants": [{"norm": "zz"}]}, 'variants.0.norm="zz": give batch, group or none.'),
        (
            NewRun, {"nesterov": True, "momentum": 0.0}, "nesterov=true: it is a form of SGD's momentum. "
            "Set optimizer to sgd and momentum above 0, or nesterov to false.",
        ),
        (NewRun, [], "body=[]: give an object with fields."),
        (NewRun, {"dataset": "Digits!"}, 'dataset="Digits!": give small letters, digits and _ alone.'),
        (Change, {"state": "pausd"}, 'state="pausd": did you mean paused? It is running, paused or stopped.'),
        (Change, {"lr": "fast"}, 'lr="fast": give a number.'),
    ],
)  # fmt: skip
def test_the_words_are_the_products(kind: type[BaseModel], given: object, words: str) -> None:
    assert said(kind, given)[0].detail == words


def test_an_unknown_preset_in_a_run_is_said_where_it_stands() -> None:
    found = said(NewRun, {"variants": [{}, {"preset": "resnet65"}]})[0]
    assert (found.field, found.value) == ("variants.1.preset", "resnet65")
    assert found.detail.startswith("variants.1: There is no preset 'resnet65'. Did you mean resnet56")


def test_values_are_json_and_not_too_long() -> None:
    assert shown([True, None, "ü"]) == '[true, null, "ü"]'
    assert len(shown("x" * 9000)) == MAX_SHOWN + 1
    assert shown({1, 2}) == "{1, 2}"
    loop: list[Any] = []
    loop.append(loop)
    assert shown(loop) == "[[...]]"
    assert json.loads(shown({"a": 1})) == {"a": 1}


def test_a_name_is_looked_for_among_the_fields() -> None:
    check_names({"norm": 1}, ["norm"])
    check_names("no mapping", ["norm"])
    with pytest.raises(FieldError, match="The fields are norm, skips"):
        check_names({"x" * 5000: 1}, ["norm", "skips"])
