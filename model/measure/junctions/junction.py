"""One residual addition of a network: its name, and which shortcut meets which branch there."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["identity", "projection", "long"]
WORDS: dict[Kind, str] = {
    "identity": "identity shortcut",
    "projection": "projection shortcut",
    "long": "long skip",
}


@dataclass(frozen=True, slots=True)
class Junction:
    """An addition at which a shortcut meets a residual branch.

    `kind`: an identity shortcut hands x on unchanged; a projection is linear (a convolution, pooling, padding, a norm,
    a gate's product); a long skip goes around other junctions or around an upsampling, as in a U-Net. `is_scaled`: a
    number or a learned factor multiplies the branch just before the addition.
    """

    name: str
    kind: Kind
    is_scaled: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {WORDS[self.kind]}{', scaled branch' if self.is_scaled else ''}"
