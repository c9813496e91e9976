"""On which device a job works: as its request says, or else as the server's setting does."""

from typing import TypeVar, cast

from pydantic import BaseModel

from skipscope.model.describe.devices import AskedDevice, DeviceName, Devices
from skipscope.model.describe.words import FieldError

R = TypeVar("R", bound=BaseModel)


class Placement:
    """The devices that an executor has, and the one for jobs that name none."""

    def __init__(self, default: AskedDevice = "auto", devices: Devices | None = None) -> None:
        self._default: AskedDevice = default
        self.devices = devices or Devices()

    def have(self, devices: Devices) -> None:
        """Be told which devices there are; raise FieldError where the default is none of them."""
        self.devices = devices
        try:
            devices.choose(self._default)
        except FieldError as error:
            words = f"SKIPSCOPE_DEVICE={self._default}: {error.limit}. Set it to auto."
            raise FieldError("SKIPSCOPE_DEVICE", self._default, error.limit, "set it to auto", words) from error

    @property
    def default(self) -> DeviceName:
        """Return the device of jobs that name none."""
        return self.devices.choose(self._default)

    def device_of(self, request: BaseModel) -> DeviceName:
        """Return the device of a job, the CPU for kinds that know no other; raise FieldError where it is not there."""
        asked = dict(request).get("device", "cpu")
        return self.devices.choose(cast("AskedDevice", asked), self._default)

    def place(self, request: R) -> R:
        """Return a request that names its device; raise FieldError where it is not there."""
        if "device" not in type(request).model_fields:
            return request
        return request.model_copy(update={"device": self.device_of(request)})
