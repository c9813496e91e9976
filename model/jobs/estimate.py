"""A job's needs of time and memory, estimated from its request before it starts."""

from dataclasses import dataclass

from skipscope.model.describe.devices import OWN_MEMORY, DeviceName


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in bytes: the part for any batch (`data` of it for the images), and the part that each image adds.

    It is that of the `device`. `beside` is the machine's own memory that a job takes beside a device's.
    `seconds` are those of one thread, without pauses.
    """

    seconds: float
    fixed: int
    per_image: int = 0
    batch_size: int = 0
    data: int = 0
    device: DeviceName = "cpu"
    beside: int = 0

    def of(self, batch_size: int) -> int:
        """Return the bytes for a batch of another size."""
        return self.fixed + self.per_image * batch_size

    @property
    def bytes(self) -> int:
        """Return the bytes for the batch that is asked for."""
        return self.of(self.batch_size)

    @property
    def device_bytes(self) -> int:
        """Return the bytes of the device's own memory; 0 where it has none."""
        return self.bytes if self.device in OWN_MEMORY else 0

    @property
    def host_bytes(self) -> int:
        """Return the bytes of the machine's memory."""
        return self.beside if self.device in OWN_MEMORY else self.bytes + self.beside
