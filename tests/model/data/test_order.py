"""Batches that begin later are those of the long way, bit for bit, on every kind of data set."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from skipscope.model.data.catalogue import FILES
from skipscope.model.data.loader import Dataset, load
from skipscope.model.data.order import Order, OrderState
from skipscope.model.data.shipped import SHIPPED
from tests.model.data.test_loader import write_cifar, write_folder


def long_way(count: int, batch_size: int, seed: int) -> Iterator[tuple[int, Tensor]]:
    """Yield all batches from the first on: so many images before, and the indices."""
    size = min(batch_size, count)
    generator = torch.Generator().manual_seed(seed)
    shown = 0
    while True:
        permutation = torch.randperm(count, generator=generator)
        for first in range(0, count - size + 1, size):
            yield shown, permutation[first : first + size]
            shown += size


def prepared(data: Dataset, batch_size: int) -> Iterator[tuple[float, Tensor, Tensor]]:
    """Yield all batches of a data set from the first on, with its images."""
    for shown, chosen in long_way(len(data.train_labels), batch_size, data.seed):
        images = data.prepare(data.train_pixels[chosen])
        yield shown / len(data.train_labels), images, data.train_labels[chosen]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the data sets that a user brings."""
    path = tmp_path_factory.mktemp("datasets")
    for name in FILES:
        write_cifar(path, name)
    write_folder(path / "mine")
    return path


@pytest.mark.parametrize("size", [None, 12])
@pytest.mark.parametrize("name", [*SHIPPED, *FILES, "mine"])
def test_batches_that_begin_later_are_those_of_the_long_way(name: str, size: int | None, folder: Path) -> None:
    data = load(name, image_size=size, seed=2, folder=folder)
    epoch = data.epoch_steps(50)
    starts = (0, 1, epoch - 1, epoch, epoch + 1, 2 * epoch + 1)
    wanted = list(islice(prepared(data, 50), starts[-1] + 2))
    known = data.batches(50, start=epoch).state()
    for start in starts:
        for state in (None, known):
            found = islice(data.batches(50, start=start, known=state), 2)
            for (epochs, images, labels), (own_epochs, own_images, own_labels) in zip(
                found, wanted[start : start + 2], strict=True
            ):
                assert epochs == own_epochs
                assert torch.equal(images, own_images)
                assert torch.equal(labels, own_labels)


@given(st.data())
def test_every_order_goes_on_from_every_state(draw: st.DataObject) -> None:
    count, seed = draw.draw(st.integers(1, 40)), draw.draw(st.integers(0, 2**31 - 1))
    sizes, steps = st.integers(1, 50), st.integers(0, 200)
    other = Order(count, draw.draw(sizes), seed, start=draw.draw(steps))
    for _ in range(draw.draw(st.integers(0, 50))):
        next(other)
    size, start = draw.draw(sizes), draw.draw(steps)
    found = islice(Order(count, size, seed, start=start, known=other.state()), 60)
    for (shown, chosen), (own_shown, own) in zip(
        found, islice(long_way(count, size, seed), start, start + 60), strict=True
    ):
        assert shown == own_shown
        assert torch.equal(chosen, own)


@pytest.mark.parametrize("change", [{"seed": 4}, {"count": 99}, {"epoch": 10_001}])
def test_a_state_of_another_order_is_ignored(change: dict[str, int]) -> None:
    state: OrderState = {"seed": 3, "count": 100, "epoch": 7, "generator": torch.Generator().manual_seed(8).get_state()}
    known: OrderState = {**state, **change}  # pyright: ignore[reportAssignmentType]
    shown, chosen = next(Order(100, 10, 3, start=75, known=known))
    own_shown, own = next(islice(long_way(100, 10, 3), 75, None))
    assert shown == own_shown
    assert torch.equal(chosen, own)


@pytest.mark.parametrize("step", [5, 15, 100_000, 100_009])
def test_going_on_draws_one_permutation_at_any_step(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Order(100, 10, 3, start=step).state()
    drawn: list[int] = []
    randperm = torch.randperm

    def count(length: int, *, generator: torch.Generator) -> Tensor:
        drawn.append(length)
        return randperm(length, generator=generator)

    monkeypatch.setattr(torch, "randperm", count)
    next(Order(100, 10, 3, start=step, known=known))
    assert drawn == [100]
