"""Measure all that Learn's chapters claim, each with its seeds, trainings included; write each chapter's measured.json,
and end with 1 where a sentence does not hold. A network or a training is measured once for all claims about it.

`--missing` leaves out the claims that have their numbers already.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from scripts.recordings import measure, read_numbers, with_layers
from skipscope.app.learn.address import request_of, training_of
from skipscope.app.learn.lesson import Claim
from skipscope.app.learn.measured import Measured, MeasuredClaim, read_measured, write_measured
from skipscope.app.learn.numbers import COUNTED, OF_MAPS
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.model.train.estimate import estimate_probe, estimate_training
from skipscope.model.train.training import Training

TRAINED = ("accuracy", "test_accuracy")
LATELY = 20
"""The last batches of a training, whose accuracy is a claim's."""
SLOW_SECONDS = 1.0
"""Of a measurement on one thread, as estimated: longer ones are left to `make claims`."""
DIGITS = 4

Networks = list[dict[str, Any]]


class Piece(NamedTuple):
    """A measurement that one or more claims rest on, seed by seed."""

    address: str
    trained: bool
    block: int | None = None
    """The block, from 1, of the maps that are measured too."""

    @property
    def seconds(self) -> float:
        """Estimate what one seed takes."""
        if self.trained:
            return estimate_training(training_of(self.address)).seconds
        return estimate_probe(request_of(self.address)).seconds

    @property
    def asked(self) -> str:
        """Return the same text for the same networks and settings, however an address spells them."""
        read = training_of if self.trained else request_of
        return f"{self.trained} {self.block} {read(self.address).model_dump_json()}"

    def measure(self, seed: int) -> Networks:
        """Return the networks as a probe on the wire has them, with their training where it is trained."""
        networks = measure(self.address, seed, self.block)
        if not self.trained:
            return networks
        runs = train_briefly(self.address, seed)
        return [{**network, "run": run} for network, run in zip(networks, runs, strict=True)]


def piece_of(claim: Claim | MeasuredClaim) -> Piece:
    """Return what a claim rests on."""
    block = claim.blocks[0] if claim.blocks and claim.number in OF_MAPS else None
    return Piece(claim.address, claim.number in TRAINED, block)


def is_slow(claim: Claim) -> bool:
    """Say whether a claim rests on a training, or on networks so deep that a test has no time for them."""
    piece = piece_of(claim)
    return piece.trained or piece.seconds > SLOW_SECONDS


def train_briefly(address: str, seed: int) -> list[dict[str, list[Any]]]:
    """Train without recording but at the last batches, and test at the last one; the network is the same to the bit."""
    asked = training_of(address, seed)
    training = Training(asked.model_copy(update={"record_every": asked.steps, "eval_every": asked.steps}))
    records = [training.advance(record=training.step >= asked.steps - LATELY) for _ in range(asked.steps)]
    kept = [record for record in records if record is not None][-LATELY:]
    training.close()
    return [
        {
            "steps": [record.step for record in kept],
            "accuracy": [record.variants[v].accuracy for record in kept],
            "test": [record.variants[v].test_accuracy for record in kept],
        }
        for v in range(len(asked.variants))
    ]


def measure_claims(
    claims: Iterable[Claim],
    say: Callable[[str], None] = print,
    keep: Callable[[Claim, tuple[float, ...]], None] = lambda *_: None,
) -> dict[Claim, tuple[float, ...]]:
    """Measure claims, the quick ones first, and return the number of each for each of its seeds; `keep` is told of
    each number at once."""
    pieces: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: piece_of(one).seconds):
        pieces.setdefault(piece_of(claim).asked, []).append(claim)
    found: dict[Claim, tuple[float, ...]] = {}
    ahead = sum(piece_of(of[0]).seconds * max(claim.seeds for claim in of) for of in pieces.values())
    for number, of in enumerate(pieces.values(), 1):
        piece, seeds = piece_of(of[0]), max(claim.seeds for claim in of)
        say(f"{number} of {len(pieces)}, about {ahead:.0f} s to go: {piece.address}")
        ahead -= piece.seconds * seeds
        runs: list[Networks] = []
        for seed in range(seeds):
            begun = time.monotonic()
            runs.append(piece.measure(seed))
            if piece.trained:
                say(f"  seed {seed}: {time.monotonic() - begun:.1f} s")
        for claim in of:
            asked = runs[: claim.seeds]
            if claim.number in COUNTED:
                asked = [with_layers(networks, claim.address) for networks in asked]
            values = read_numbers(claim.number, claim.network, claim.blocks, asked)
            found[claim] = tuple(_rounded(value) for value in values)
            say(f"  {claim.number} {', '.join(f'{value:g}' for value in found[claim])}: {claim.sentence}")
            keep(claim, found[claim])
    return found


def broken(found: Mapping[Claim, tuple[float, ...]]) -> list[str]:
    """Say which sentences do not hold."""
    return [
        f"{claim.sentence} {claim.number} of {claim.address}: {list(values)}, and it says {list(claim.interval)}"
        for claim, values in found.items()
        if not all(claim.interval[0] <= value <= claim.interval[1] for value in values)
    ]


def measure_chapter(
    chapter: Chapter, known: Sequence[MeasuredClaim], *, say: Callable[[str], None] = print
) -> list[str]:
    """Measure a chapter's claims that are not known, and write each number at once; return the sentences that do not
    hold."""
    claims = chapter.lesson.claims
    found = {claim: values for claim in claims if (values := _known(known, claim))}

    def keep(claim: Claim, values: tuple[float, ...]) -> None:
        found[claim] = values
        rows = (
            MeasuredClaim(
                address=one.address, number=one.number, network=one.network, blocks=one.blocks, values=found[one]
            )
            for one in claims
            if one in found
        )
        write_measured(chapter.folder, Measured(claims=tuple(rows)))

    for claim, values in list(found.items()):
        keep(claim, values)
    measure_claims([claim for claim in claims if claim not in found], say, keep)
    return broken(found)


def _known(known: Sequence[MeasuredClaim], claim: Claim) -> tuple[float, ...]:
    """Return the numbers of another claim about the same networks, whatever its address looks like."""
    asked = piece_of(claim).asked
    same = (
        one
        for one in known
        if (one.number, one.network, one.blocks) == (claim.number, claim.network, claim.blocks)
        and len(one.values) >= claim.seeds
        and piece_of(one).asked == asked
    )
    return next((one.values[: claim.seeds] for one in same), ())


def _rounded(value: float | None) -> float:
    if value is None or not math.isfinite(value):
        raise ValueError(f"a claim's number is {value}; it has to be finite with every seed")
    return float(value) if value == int(value) else float(f"{value:.{DIGITS}g}")


def main() -> int:
    """Measure, write, and say which sentences do not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[OWN], help="folders of chapters; the package's")
    parser.add_argument("--missing", action="store_true", help="measure only claims that have no numbers yet")
    options = parser.parse_args()
    torch.set_num_threads(1)  # figures of trainings depend on the number of threads
    wrong: list[str] = []
    chapters = [chapter for folder in options.folders for chapter in read_folder(folder)]
    known = [one for chapter in chapters if options.missing for one in read_measured(chapter.folder).claims]
    for chapter in chapters:
        print(f"\n{chapter.lesson.title}")
        wrong += measure_chapter(chapter, known, say=lambda line: print(line, flush=True))
        known += read_measured(chapter.folder).claims  # a network of several chapters is measured once
    print("\n".join(["", *wrong, f"{len(wrong)} sentences do not hold"]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
