"""Images by their numbers are those of the data set, and those of the batches that name them."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from skipscope.model.data.catalogue import FILES, DatasetError
from skipscope.model.data.loader import load
from skipscope.model.data.shipped import SHIPPED
from skipscope.model.data.sources import pixels_of
from skipscope.model.data.strip import strip


def seen(name: str, numbers: list[int], folder: Path) -> np.ndarray:
    """Return images of a strip as the loader has them: [N, C, H, W] from 0 to 1."""
    with Image.open(io.BytesIO(strip(name, numbers, folder))) as picture:
        pixels = np.asarray(picture, np.float32)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    assert pixels.shape[1] == len(numbers) * pixels.shape[0], "side by side"
    return np.stack(np.split(pixels, len(numbers), 1)).transpose(0, 3, 1, 2) / 255


@pytest.mark.parametrize("name", [*SHIPPED, "mine", *FILES])
def test_each_number_is_that_image_of_the_data_set(name: str, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for i in range(9):
        (tmp_path / "mine" / f"class{i // 3}").mkdir(parents=True, exist_ok=True)
        noise = Image.fromarray(draw.integers(0, 256, (32, 32, 3), np.uint8))
        noise.save(tmp_path / "mine" / f"class{i // 3}" / f"{i}.png")
    for inner, files in FILES.values():
        (tmp_path / inner).mkdir()
        for i, file in enumerate(files):
            rows = draw.integers(0, 10, (3 + i, 3074 if inner.endswith("100-binary") else 3073), np.uint8)
            rows.tofile(tmp_path / inner / file)
    pixels = pixels_of(name, tmp_path).images
    last = len(pixels) - 1
    numbers = [last, 0, 2, 3, last // 2, 2]
    np.testing.assert_allclose(seen(name, numbers, tmp_path), pixels[numbers], atol=0.5 / 255 + 1e-6)


@pytest.mark.parametrize(("name", "seed"), [("digits", 0), ("digits", 3), ("photos", 1)])
def test_a_batch_names_the_images_that_it_has(name: str, seed: int, tmp_path: Path) -> None:
    data = load(name, seed=seed)
    batches = data.batches(24)
    whole = pixels_of(name, tmp_path)
    for _ in range(3):
        _, images, labels = next(batches)
        numbers, classes = batches.shown(16)
        assert classes == tuple(labels[:16].tolist()) == tuple(whole.labels[list(numbers)].tolist())
        named = data.prepare(torch.from_numpy(whole.images[list(numbers)]))
        assert torch.equal(named, images[:16])
        np.testing.assert_allclose(seen(name, [*numbers], tmp_path), whole.images[list(numbers)], atol=0.5 / 255 + 1e-6)


def test_a_number_that_is_no_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"digits has 1,797 images, from number 0; there is no number 1,797\."):
        strip("digits", [0, 1797], tmp_path)
