"""The loader: standardised, split and ordered by the seed alone."""

import os
import struct
import tempfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from skipscope.model.data.catalogue import FILES, DatasetError, catalogue, info_of
from skipscope.model.data.loader import load
from skipscope.model.data.shipped import SHIPPED
from skipscope.model.describe.request import TrainingRequest


@pytest.mark.parametrize("name", SHIPPED)
def test_a_data_set_is_what_it_says(name: str) -> None:
    info, data = info_of(name), load(name)
    assert len(data.train_labels) + len(data.test_labels) == info.num_images
    assert data.train_images.shape[1:] == (info.in_channels, info.image_size, info.image_size)
    assert set(data.train_labels.tolist()) == set(range(info.num_classes))
    torch.testing.assert_close(data.train_images.mean((0, 2, 3)), torch.zeros(info.in_channels), atol=1e-5, rtol=0)
    torch.testing.assert_close(data.train_images.std((0, 2, 3)), torch.ones(info.in_channels), atol=1e-4, rtol=0)


@pytest.mark.parametrize("size", [32, 5])
def test_images_are_resized_batch_by_batch_to_what_the_whole_would_be(size: int) -> None:
    small, sized = load("digits"), load("digits", image_size=size)
    assert torch.equal(small.train_labels, sized.train_labels)
    assert sized.train_pixels.shape[-2:] == (8, 8)  # of the whole, only what is read is kept
    whole = torch.nn.functional.interpolate(
        sized.train_pixels, size=(size, size), mode="bilinear", align_corners=False, antialias=size < 8
    )
    expected = (whole - whole.mean()) / whole.std()
    order = torch.randperm(len(expected), generator=torch.Generator().manual_seed(0))[:50]
    _, images, labels = next(sized.batches(50))
    torch.testing.assert_close(images, expected[order], atol=1e-5, rtol=1e-5)
    assert torch.equal(labels, sized.train_labels[order])


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


def write_cifar(folder: Path, name: str, rows: int = 20) -> list[np.ndarray]:
    """Write small files in the official binary form."""
    draw = np.random.default_rng(0)
    written: list[np.ndarray] = []
    inner, files = FILES[name]
    (folder / inner).mkdir(parents=True)
    for file in files:
        row = draw.integers(0, 256, (rows, (1 if name == "cifar10" else 2) + 3072), np.uint8)
        row[:, 0], row[:, -3073] = draw.integers(0, 10, rows), draw.integers(0, 10, rows)
        row.tofile(folder / inner / file)
        written.append(row)
    return written


@pytest.mark.parametrize("name", FILES)
def test_cifar_is_read_from_its_binary_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=f"skipscope data fetch {name}"):
        load(name, folder=tmp_path)
    written = write_cifar(tmp_path, name)
    data = load(name, folder=tmp_path)
    assert len(data.test_labels) == 20
    assert len(data.train_labels) == 20 * (len(written) - 1)
    assert data.test_labels.tolist() == written[-1][:, -3073].tolist()
    # standardising is affine in each channel: the order of pixels shows in the ranks
    red = torch.from_numpy(written[-1][3, -3072:-2048].astype(np.float32))
    assert torch.corrcoef(torch.stack([red, data.test_images[3, 0].flatten()]))[0, 1] > 0.9999


def test_a_cifar_file_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    write_cifar(tmp_path, "cifar10")
    path = tmp_path / FILES["cifar10"][0] / "data_batch_2.bin"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DatasetError, match=r"data_batch_2\.bin has 61459 bytes"):
        load("cifar10", folder=tmp_path)


def write_folder(path: Path, size: tuple[int, int] = (40, 50)) -> None:
    """Write two classes, one dark and one bright."""
    for name, level in (("dark", 30), ("bright", 220)):
        (path / name).mkdir(parents=True)
        for i in range(5):
            Image.new("RGB", size, (level, level + i, level)).save(path / name / f"{i}.{'png' if i % 2 else 'jpg'}")


def test_files_that_are_replaced_are_read_anew(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    write_cifar(tmp_path, "cifar10")
    before = {name: load(name, folder=tmp_path) for name in ("mine", "cifar10")}
    assert all(load(name, folder=tmp_path).train_pixels is data.train_pixels for name, data in before.items())
    white = tmp_path / "mine" / "dark" / "1.png"
    Image.new("RGB", (40, 50), (255, 255, 255)).save(white)
    black = tmp_path / FILES["cifar10"][0] / "test_batch.bin"
    black.write_bytes(bytes(black.stat().st_size))
    mine, cifar = load("mine", folder=tmp_path), load("cifar10", folder=tmp_path)
    assert max(mine.train_pixels.max(), mine.test_pixels.max()) == 1 > before["mine"].train_pixels.max()
    assert not torch.equal(mine.mean, before["mine"].mean)
    assert before["cifar10"].test_pixels.max() > cifar.test_pixels.max() == 0


def test_a_folder_of_class_named_folders_is_a_data_set(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    info = catalogue(tmp_path)["mine"]
    assert (info.num_images, info.num_classes, info.classes) == (10, 2, ("bright", "dark"))
    data = load("mine", folder=tmp_path)
    assert data.train_images.shape == (8, 3, 32, 32)
    brightness = data.train_images.mean((1, 2, 3))
    assert ((brightness > 0) == (data.train_labels == 0)).all()


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    (tmp_path / "mine" / "dark" / "7.png").write_bytes(b"not an image")
    with pytest.raises(
        DatasetError, match=r"dark/7\.png is no PNG, JPEG, .* image; it is a text that begins with 'not an image'"
    ) as refused:
        load("mine", folder=tmp_path)
    assert str(tmp_path) not in str(refused.value), "where the server keeps its files is nobody's business"


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    Image.new("1", (9000, 9000)).save(tmp_path / "mine" / "dark" / "huge.png")
    with pytest.raises(DatasetError, match=r"dark/huge\.png"):
        load("mine", folder=tmp_path)


def header_of(width: int, height: int) -> bytes:
    """Return the head of a PNG that claims a size."""
    return b"\x89PNG\r\n\x1a\n" + chunk_of(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def chunk_of(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [(10_000, 10_000, "has 10000x10000 pixels"), (14_000, 13_500, "has more pixels than 40000000")],
    ids=["a warning of Pillow's", "an error of Pillow's"],
)
def test_a_size_that_pillow_refuses_is_refused_in_our_words(width: int, height: int, said: str, tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    (tmp_path / "mine" / "dark" / "huge.png").write_bytes(header_of(width, height) + chunk_of(b"IDAT", b"x"))
    with pytest.raises(DatasetError, match=rf"dark/huge\.png {said}"):
        load("mine", folder=tmp_path)


def test_a_text_that_pillow_will_not_unpack_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    text = chunk_of(b"zTXt", b"comment\0\0" + zlib.compress(bytes(20_000_000)))
    (tmp_path / "mine" / "dark" / "words.png").write_bytes(header_of(8, 8) + text)
    with pytest.raises(DatasetError, match=r"dark/words\.png is damaged or cut off: Decompressed data too large"):
        load("mine", folder=tmp_path)


@pytest.mark.parametrize("name", ["2cats", "_", "7", "a" * 64])
def test_a_folder_may_bear_any_name_that_a_request_can(name: str, tmp_path: Path) -> None:
    write_folder(tmp_path / name)
    TrainingRequest(dataset=name)
    assert info_of(name, tmp_path).num_images == 10


@pytest.mark.parametrize(
    ("name", "example"),
    [("Cats", "cats"), ("été 1", "ete_1"), ("a" * 70, "a" * 64), ("my-cats", "my_cats"), ("猫", "my_images")],
)
def test_a_folder_whose_name_no_request_can_bear_says_so(name: str, example: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dataset"):
        TrainingRequest(dataset=name)
    write_folder(tmp_path / name)
    found = catalogue(tmp_path)[name]
    assert found.missing is not None
    assert "lower-case letters" in found.missing
    assert found.remedy == f"Rename the folder, to {example} for example."
    with pytest.raises(DatasetError, match="Rename the folder"):
        info_of(name, tmp_path)


def test_other_folders_are_none_of_ours(tmp_path: Path) -> None:
    for name in (".cache", "cifar-10-batches-bin", "lost+found"):
        (tmp_path / name).mkdir()
    assert set(catalogue(tmp_path)) == {*SHIPPED, *FILES}


def test_a_folder_that_cannot_be_read_does_not_hide_the_others() -> None:
    with tempfile.TemporaryDirectory() as name:  # another user cannot enter pytest's
        folder = Path(name)
        folder.chmod(0o755)
        write_folder(folder / "open")
        write_folder(folder / "shut")
        (folder / "shut" / "dark").chmod(0o000)
        with as_another_user():
            found = catalogue(folder)
        (folder / "shut" / "dark").chmod(0o755)
    assert found["open"].missing is None
    assert (found["shut"].missing, found["shut"].num_images) == ("dark cannot be read: Permission denied.", 0)
    assert found["shut"].num_test == 0


@contextmanager
def as_another_user() -> Generator[None]:
    """Give up root's right to read everything, where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_folder_with_one_class_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "mine" / "only").mkdir(parents=True)
    with pytest.raises(DatasetError, match="one a class"):
        info_of("mine", tmp_path)


@pytest.mark.parametrize("size", [8, 12])
def test_images_have_the_type_that_new_tensors_have(size: int) -> None:
    single = load("digits", image_size=size)
    try:
        torch.set_default_dtype(torch.float64)
        double = load("digits", image_size=size)
    finally:
        torch.set_default_dtype(torch.float32)
    assert (single.test_images.dtype, double.test_images.dtype) == (torch.float32, torch.float64)
    torch.testing.assert_close(single.test_images.double(), double.test_images, atol=1e-5, rtol=1e-5)
    assert load("digits", image_size=size).test_images.dtype is torch.float32
