"""The numbers of a chapter's claims by seed, as `make claims` measured them last, kept beside the chapter."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from skipscope.app.learn.lesson import Blocks, Claim
from skipscope.app.learn.numbers import Number

NAME = "measured.json"


class MeasuredClaim(BaseModel):
    """A number of an address, read off what each seed measured, from seed 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    number: Number
    network: int
    blocks: Blocks | None
    values: tuple[float, ...]


class Measured(BaseModel):
    """All numbers of a chapter's claims. A sentence or an interval may change without a new measurement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claims: tuple[MeasuredClaim, ...] = ()

    def values(self, claim: Claim) -> tuple[float, ...]:
        """Return a claim's number for each of its seeds; none where that was not measured."""
        asked = (claim.address, claim.number, claim.network, claim.blocks)
        found = (one.values for one in self.claims if (one.address, one.number, one.network, one.blocks) == asked)
        values = next(found, ())
        return values[: claim.seeds] if len(values) >= claim.seeds else ()


def read_measured(folder: Path) -> Measured:
    """Read the numbers of the chapter in a folder; none where there is no file."""
    path = folder / NAME
    return Measured.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else Measured()


def write_measured(folder: Path, measured: Measured) -> None:
    """Write the numbers of the chapter in a folder, a claim a line."""
    claims = ",\n".join(one.model_dump_json() for one in measured.claims)
    (folder / NAME).write_text(f'{{"claims":[\n{claims}\n]}}\n', encoding="utf-8")
