"""The loader: standardised, split and ordered by the seed alone."""

import pytest
import torch

from model.data import load
from model.datasets import DATASETS, DatasetError, info_of


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_what_it_says(name: str) -> None:
    info, data = info_of(name), load(name)
    assert len(data.train_labels) + len(data.test_labels) == info.num_images
    assert data.train_images.shape[1:] == (info.in_channels, info.image_size, info.image_size)
    assert set(data.train_labels.tolist()) == set(range(info.num_classes))
    torch.testing.assert_close(data.train_images.mean((0, 2, 3)), torch.zeros(info.in_channels), atol=1e-5, rtol=0)
    torch.testing.assert_close(data.train_images.std((0, 2, 3)), torch.ones(info.in_channels), atol=1e-4, rtol=0)


def test_upsampling_keeps_what_is_seen() -> None:
    small, large = load("digits"), load("digits", image_size=32)
    assert large.train_images.shape[-2:] == (32, 32)
    assert torch.equal(small.train_labels, large.train_labels)


def test_the_order_depends_on_the_seed_alone() -> None:
    def labels(seed: int) -> list[int]:
        batches = load("digits", seed=seed).batches(50)
        return [label for _ in range(40) for label in next(batches)[2].tolist()]

    assert labels(1) == labels(1)
    assert labels(1) != labels(2)


def test_an_epoch_shows_each_image_once() -> None:
    data = load("digits")
    batches = data.batches(len(data.train_labels))
    (_, first, _), (epoch, second, _) = next(batches), next(batches)
    assert epoch == 1
    assert not torch.equal(first, second)
    torch.testing.assert_close(first.sum(0), second.sum(0), atol=1e-2, rtol=1e-3)


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(DatasetError, match="digits"):
        info_of("imagenet21k")
