"""A job's device: the request's, else the setting's, and the CPU for a kind that knows no other."""

import pytest
from pydantic import BaseModel

from skipscope.app.executors.placement import Placement
from skipscope.model.describe.devices import AskedDevice, DeviceName, Devices
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.describe.words import FieldError

GPU = Devices({"cpu": 0, "cuda": 2**33})


def test_a_request_that_names_no_device_gets_the_default_one() -> None:
    expected: dict[AskedDevice, DeviceName] = {"auto": "cuda", "cpu": "cpu", "cuda": "cuda"}
    for default, device in expected.items():
        placement = Placement(default, GPU)
        assert placement.default == device
        for request in (TrainingRequest(), ProbeRequest()):
            assert placement.place(request) == request.model_copy(update={"device": device})
    assert Placement("cuda", GPU).place(TrainingRequest(device="cpu")).device == "cpu"


def test_a_kind_that_knows_no_device_works_on_the_cpu() -> None:
    class Count(BaseModel):
        to: int = 3

    placement = Placement("auto", GPU)
    assert placement.device_of(Count()) == "cpu"
    assert placement.place(Count()) == Count()


def test_a_default_that_is_not_there_is_refused_at_the_start() -> None:
    with pytest.raises(FieldError, match=r"^SKIPSCOPE_DEVICE=cuda: networks can work on cpu here. Set it to auto.$"):
        Placement("cuda").have(Devices())
