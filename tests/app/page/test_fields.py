"""The page's fields are those of the models, all of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from skipscope.app.page.fields import BASIC, ELSEWHERE, GROUPS, UNUSED, field_list, most_networks, request_fields
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.devices import Devices
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.experiments.paths.kind import PathsRequest

HERE = Devices({"cpu": 0, "cuda": 2**33})


def test_every_field_has_a_control_or_stands_elsewhere() -> None:
    listed = [name for names in GROUPS.values() for name in names]
    assert len(listed) == len(set(listed))
    assert {*listed, *ELSEWHERE} == {*Architecture.model_fields, *TrainingRequest.model_fields}
    assert set(BASIC) <= set(listed)


def test_a_field_says_what_its_model_allows() -> None:
    fields = {field["name"]: field for field in field_list(HERE)}
    assert fields["norm"]["kind"] == "choice"
    assert fields["norm"]["values"] == ["batch", "group", "none"]
    assert (fields["norm"]["of"], fields["norm"]["basic"]) == ("architecture", True)
    assert (fields["lr"]["of"], fields["lr"]["maximum"], fields["lr"]["default"]) == ("run", 100, 0.005)
    assert (fields["clip_norm"]["kind"], fields["clip_norm"]["optional"]) == ("number", True)
    assert (fields["depths"]["kind"], fields["depths"]["longest"], fields["depths"]["maximum"]) == ("integers", 4, 1000)
    assert fields["nesterov"]["kind"] == "boolean"
    assert all((field["label"] and field["default"] is not None) or field["optional"] for field in field_list(HERE))


def test_what_a_choice_names_can_be_chosen() -> None:
    for field in field_list(HERE):
        if field["kind"] == "choice":
            assert field["default"] in field["values"]


def test_the_devices_that_there_are_can_be_chosen() -> None:
    for devices, values in ((HERE, ["auto", "cuda", "cpu"]), (Devices(), ["auto", "cpu"])):
        (field,) = [field for field in field_list(devices) if field["name"] == "device"]
        assert field["values"] == values


class Rates(BaseModel):
    """A request without networks, with a field of each form."""

    rates: Annotated[tuple[float, ...], Field(max_length=5, description="Learning rates.")] = (0.1, 0.01)
    depths: tuple[int, ...] = (1, 2)
    norm: Literal["batch", "none"] = "batch"
    image: str | None = None
    pairs: dict[str, int] = {}
    seed: int = 0


def test_an_experiment_has_controls_for_its_own_fields_and_those_of_its_training() -> None:
    fields = request_fields(PathsRequest, HERE)
    names = [field["name"] for field in fields]
    assert names[0] == "samples", "its own come first"
    assert {*names, *UNUSED, *ELSEWHERE, "run"} >= set(PathsRequest.model_fields), "a run has a control of its own"
    assert not {*names} & {*UNUSED, *ELSEWHERE}
    assert (fields[0]["group"], fields[0]["basic"], fields[0]["maximum"]) == ("This experiment", True, 1000)
    assert [field["minimum"] for field in fields if field["name"] == "steps"] == [0], "of its own request"
    assert most_networks(PathsRequest) == 4


def test_a_request_without_networks_has_controls_for_all_that_one_control_can_show() -> None:
    fields = {field["name"]: field for field in request_fields(Rates, HERE)}
    assert most_networks(Rates) == 0
    assert {name: field["kind"] for name, field in fields.items()} == {
        "rates": "numbers", "depths": "integers", "norm": "choice", "image": "text", "seed": "integer",
    }  # fmt: skip
    assert (fields["rates"]["longest"], fields["image"]["optional"]) == (5, True)
