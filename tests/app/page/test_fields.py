"""The page's fields are those of the models, all of them."""

from skipscope.app.page.fields import BASIC, ELSEWHERE, GROUPS, field_list
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.devices import Devices
from skipscope.model.describe.request import TrainingRequest

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
