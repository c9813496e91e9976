"""Which device a job has: what it asks for, the default, the best; and how one that is not there is refused."""

import pytest

from skipscope.model.describe.devices import AskedDevice, DeviceName, Devices
from skipscope.model.describe.words import FieldError

GPU = Devices({"cpu": 0, "cuda": 2**33})
MAC = Devices({"cpu": 0, "mps": 0})


@pytest.mark.parametrize(
    ("devices", "asked", "default", "chosen"),
    [
        (Devices(), "auto", "auto", "cpu"),
        (GPU, "auto", "auto", "cuda"),
        (MAC, "auto", "auto", "mps"),
        (GPU, "auto", "cpu", "cpu"),
        (GPU, "cuda", "cpu", "cuda"),
        (MAC, "cpu", "mps", "cpu"),
    ],
)
def test_a_request_goes_before_the_default(
    devices: Devices, asked: AskedDevice, default: AskedDevice, chosen: DeviceName
) -> None:
    assert devices.choose(asked, default) == chosen


def test_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(FieldError) as caught:
        MAC.choose("cuda")
    error = caught.value
    assert (error.field, error.value) == ("device", "cuda")
    assert str(error) == 'device="cuda": networks can work on mps, cpu here. Ask for mps, cpu or auto.'
    with pytest.raises(FieldError):
        Devices().choose("auto", "cuda")
