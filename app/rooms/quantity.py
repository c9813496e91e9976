"""The quantities that a question may be about: in words, at which blocks, and block by block of a measured network."""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from skipscope.app.learn.address import request_of
from skipscope.model.data.catalogue import adapt_all

Quantity = Literal["gradient_rms", "activation_rms", "residual_rms"]
UNIT = "a ratio"
ROUND = "%.4g"


class Subject(NamedTuple):
    """The network that a question is about: the last one of an address."""

    label: str
    stages: tuple[int, ...]
    skips: tuple[bool, ...]

    @property
    def blocks(self) -> int:
        """Return how many it has."""
        return len(self.skips)


@lru_cache(maxsize=512)
def subject_of(address: str) -> Subject:
    """Return the network that an address measures last; raise ValueError if it measures none."""
    request = request_of(address)
    built = adapt_all(request)
    return Subject(request.names(built)[-1], built[-1].depths, built[-1].skip_of)


def known_block(quantity: Quantity, blocks: int) -> int | None:
    """Return the block at which a quantity is 1 by its definition."""
    return {"gradient_rms": blocks, "activation_rms": 1, "residual_rms": None}[quantity]


def usual_block(quantity: Quantity, blocks: int) -> int:
    """Return the block that a number is about if nobody names one: the farthest from that which is known."""
    return blocks if quantity == "activation_rms" else 1


def spread(quantity: Quantity, blocks: int, points: int) -> tuple[int, ...]:
    """Return so many blocks, evenly over the depth, without the one that is known."""
    known = known_block(quantity, blocks)
    count = points + (known is not None)
    places = (1 + round(at * (blocks - 1) / (count - 1)) for at in range(count))
    return tuple(place for place in places if place != known)


def axis_of(quantity: Quantity, blocks: int, block: int | None) -> str:
    """Return the words of an axis: of a number at one block, of a profile at each."""
    at = "each block" if block is None else f"block {block}"
    match quantity:
        case "gradient_rms":
            return f"gradient RMS at {at}, over that at block {blocks}"
        case "activation_rms":
            return f"activation RMS at {at}, over that at block 1"
        case "residual_rms":
            return f"RMS of F(x) at {at}, over that of the shortcut"


def values_of(variant: dict[str, Any], quantity: Quantity) -> list[float | None]:
    """Return a quantity of a network that a probe measured, block by block; None where it is no finite number."""
    values, taps, blocks = variant["values"], variant["taps"], variant["blocks"]
    if quantity == "residual_rms":
        pairs = zip(values["residual_rms"], values["identity_rms"], strict=True)
        return [_ratio(one, other) for one, other in pairs]
    column = [values[quantity][taps.index(name)] for name in blocks]
    known = known_block(quantity, len(blocks))
    assert known is not None, "it is relative to one block"
    return [_ratio(one, column[known - 1]) for one in column]


def _ratio(one: Any, over: Any) -> float | None:
    if not isinstance(one, int | float) or not isinstance(over, int | float) or over == 0:
        return None
    return float(ROUND % (one / over))
