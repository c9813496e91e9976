"""Gradients of single paths through a network, by the number of blocks that they go through (Veit et al. 2016)."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.paths.cut import Cut, CutBlock, Path, Scaled
from skipscope.model.experiments.paths.figure import figure_of
from skipscope.model.experiments.paths.kind import PATHS, PathsRequest
from skipscope.model.experiments.paths.lengths import PathLengths, sentence_of
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event, Job

PAPER: dict[str, Any] = {"title": "Veit et al. 2016, ResNet-110 on CIFAR-10", "blocks": 54, "interval": [5, 17]}
"""The gradient of that network comes from paths through so many of its blocks."""
TOGETHER = 2**24
"""Numbers of gradients that go back at once."""


def start(request: PathsRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


def _events(request: PathsRequest, state: bytes | None) -> Generator[Event | None]:
    networks = yield from trained(request, request.samples, state, PATHS)
    images, labels = networks.batch(request.batch_size)
    cuts = [Cut(net, images, labels) for net in networks.nets]
    found = [
        PathLengths(label, len(net.blocks), sum(net.skips))
        for label, net in zip(networks.labels, networks.nets, strict=True)
    ]
    pace = Pace(request.steps, request.steps + request.samples, lambda: _wire(found), figure_of)
    yield from pace.events(_work(request, cuts, found))


def _work(request: PathsRequest, cuts: Sequence[Cut], found: Sequence[PathLengths]) -> Iterator[bool]:
    generator = torch.Generator().manual_seed(request.seed)
    for number in range(request.samples):
        for cut, lengths in zip(cuts, found, strict=True):
            if not lengths.has_all:
                yield from _draw(cut, lengths, generator)
        yield True
        if number == 0:
            for cut, lengths in zip(cuts, found, strict=True):
                yield from _take_all(cut, lengths)


def _wire(found: Sequence[PathLengths]) -> dict[str, Any]:
    variants = [lengths.to_dict() for lengths in found if lengths.log_norms]
    sentences = [sentence_of(one) for one in variants]
    if any(one["blocks_with_shortcut"] for one in variants):
        low, high = PAPER["interval"]
        sentences.append(f"In the paper: paths through {low} to {high} of {PAPER['blocks']} blocks ({PAPER['title']}).")
    return {"variants": variants, "paper": PAPER, "sentences": sentences}


def _draw(cut: Cut, lengths: PathLengths, generator: torch.Generator) -> Iterator[bool]:
    """Add a path of each length, drawn at random; return often to be stopped."""
    for piece in drawn_paths(cut, lengths.asked, generator):
        lengths.add(piece)
        yield False


def _take_all(cut: Cut, lengths: PathLengths) -> Iterator[bool]:
    """Put all paths in the place of those drawn, if there are few."""
    if lengths.is_few:
        pieces: list[Piece] = []
        for piece in all_paths(cut):
            pieces.append(piece)
            yield False
        lengths.put_all(path for piece in pieces for path in piece)


Piece = list[tuple[int, float]]
"""For paths that have arrived at the first block's input the number of blocks with a shortcut that they went through F
of, and the decimal logarithm of their gradient's norm."""


def all_paths(cut: Cut) -> Iterator[Piece]:
    """Yield pieces of work until all paths have arrived."""
    most = max(1, TOGETHER // cut.largest)
    open_ends = [(len(cut.blocks), cut.start, torch.zeros(1, dtype=torch.int64))]
    while open_ends:
        number, gradients, counts = open_ends.pop()
        if number == 0:
            yield list(zip(counts.tolist(), gradients.log_norm.tolist(), strict=True))
            continue
        block = cut.blocks[number - 1]
        ends = [
            (block.back(gradients, path), counts + (path == "residual" and len(block.paths) == 2))
            for path in block.paths
        ]
        joined = Scaled(*(torch.cat(parts) for parts in zip(*(end for end, _ in ends), strict=True)))
        known = torch.cat([counts for _, counts in ends])
        for part in torch.arange(len(known)).split(most):
            open_ends.append((number - 1, joined.at(part), known[part]))
        yield []


def drawn_paths(cut: Cut, counts: Sequence[int], generator: torch.Generator) -> Iterator[Piece]:
    """Draw for each count one path through F of so many blocks with a shortcut; yield pieces of work until all have
    arrived."""
    is_forked = [len(block.paths) == 2 for block in cut.blocks]
    for own in torch.tensor(counts).split(max(1, TOGETHER // cut.largest)):
        place, taken = sum(is_forked), _drawn(own, sum(is_forked), generator)
        gradients = cut.start.at(torch.zeros(len(own), dtype=torch.int64))
        for block, forks in zip(reversed(cut.blocks), reversed(is_forked), strict=True):
            place -= forks
            gradients = _parted(gradients, taken[:, place], block) if forks else block.back(gradients, "residual")
            yield []
        yield list(zip(own.tolist(), gradients.log_norm.tolist(), strict=True))


def _drawn(counts: Tensor, num_blocks: int, generator: torch.Generator) -> Tensor:
    """Return for each count which of the blocks are drawn, [P, blocks] of bool, so many in each row."""
    ranks = torch.rand(len(counts), num_blocks, generator=generator).argsort(1).argsort(1)
    return ranks < counts[:, None]


def _parted(gradients: Scaled, through: Tensor, block: CutBlock) -> Scaled:
    """Take some gradients back through F, and the others by the shortcut."""
    chosen_by: dict[Path, Tensor] = {"residual": through, "identity": ~through}
    ends: list[tuple[Tensor, Scaled]] = []
    for path, chosen in chosen_by.items():
        numbers = chosen.nonzero().view(-1)
        if len(numbers) == len(through):
            return block.back(gradients, path)
        if len(numbers):
            ends.append((numbers, block.back(gradients.at(numbers), path)))
    first = ends[0][1].direction
    direction = first.new_empty(len(through), *first.shape[1:])
    log_norm = torch.empty(len(through), dtype=torch.float64, device=first.device)
    for numbers, end in ends:
        direction.index_copy_(0, numbers, end.direction)
        log_norm.index_copy_(0, numbers, end.log_norm)
    return Scaled(direction, log_norm)
