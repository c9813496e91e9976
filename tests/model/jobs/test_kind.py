"""A kind of job: its commands are checked before they are sent, its code is found by its address."""

from typing import Any

import pytest
from pydantic import ValidationError

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.jobs.command import CommandError
from skipscope.model.jobs.kind import address_of, imported
from skipscope.model.train.kinds import PROBE, TRAINING

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
REQUEST = TrainingRequest.model_validate({"variants": [SMALL, SMALL]})


@pytest.mark.parametrize(
    "command",
    [
        {"variant": 1, "skips": [True, False, True]},
        {"variant": 0, "strength": [1.0, 0.5, 0.0]},
        {"lr": 0.5},
        {"step": 3},
        {"checkpoint": 1, "file": "state"},
    ],
)
def test_a_command_that_fits_is_sent_as_it_was_given(command: dict[str, Any]) -> None:
    assert TRAINING.command(REQUEST, command) == command


@pytest.mark.parametrize(
    ("command", "field", "limit"),
    [
        ({"variant": 2, "skips": [True] * 3}, "variant", "1"),
        ({"variant": 1, "skips": [True] * 2}, "skips", "3"),
        ({"variant": 1, "strength": [1.0] * 4}, "strength", "3"),
        ({"checkpoint": 2, "file": "state"}, "variant", "1"),
    ],
)
def test_one_that_does_not_fit_the_request_names_field_limit_and_remedy(
    command: dict[str, Any], field: str, limit: str
) -> None:
    with pytest.raises(CommandError) as refused:
        TRAINING.command(REQUEST, command)
    assert (refused.value.field, refused.value.limit) == (field, limit)
    assert refused.value.remedy


@pytest.mark.parametrize("command", [{"lr": -1.0}, {"lr": "fast"}, {"step": 0}, {"variant": 0, "strength": [2.0] * 3}])
def test_one_with_a_value_that_is_never_valid_is_refused_by_its_model(command: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TRAINING.command(REQUEST, command)


def test_a_kind_takes_the_commands_that_it_declares_and_no_other() -> None:
    with pytest.raises(CommandError, match="colour: this run takes no such change"):
        TRAINING.command(REQUEST, {"colour": "red"})
    with pytest.raises(CommandError, match="this probe takes no such change"):
        PROBE.command(REQUEST, {"lr": 0.1})


def test_a_class_is_found_again_by_its_address() -> None:
    assert imported(address_of(TrainingRequest)) is TrainingRequest


@pytest.mark.parametrize("address", ["nowhere:NAME", "skipscope.model.jobs.kind:NAME", "skipscope.model.jobs.kind", ""])
def test_an_address_at_which_nothing_is_is_refused_with_the_form(address: str) -> None:
    with pytest.raises(ValueError, match="Give module:name"):
        imported(address)
