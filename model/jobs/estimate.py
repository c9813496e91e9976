"""What a job takes, estimated from its request before it starts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in bytes: what is needed whatever the batch (`data` of it for the images), and what each image adds.

    `seconds` are those of one thread, without pauses.
    """

    seconds: float
    fixed: int
    per_image: int = 0
    batch_size: int = 0
    data: int = 0

    def of(self, batch_size: int) -> int:
        """Return the bytes for a batch of another size."""
        return self.fixed + self.per_image * batch_size

    @property
    def bytes(self) -> int:
        """Return the bytes for the batch that is asked for."""
        return self.of(self.batch_size)
