"""The images that ship are those of the packages which hold them."""

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from sklearn.datasets import load_sample_image

from scripts import pack_images
from skipscope.model.data.catalogue import PHOTOS
from skipscope.model.data.shipped import FOLDER, PHOTOGRAPHS, packed, photographs

NAMES = ("digits", "mnist_5k", "lfw_subset")


@pytest.fixture(scope="module")
def fashion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write files in the form of Fashion-MNIST's: 510 images a class, each with its number in its first pixels."""
    folder = tmp_path_factory.mktemp("fashion")
    numbers = np.arange(5100)
    images = np.zeros((5100, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    labels = (numbers % 10).astype(np.uint8)
    for name, array, head in (("images-idx3", images, 16), ("labels-idx1", labels, 8)):
        (folder / f"train-{name}-ubyte.gz").write_bytes(gzip.compress(bytes(head) + array.tobytes(), 1))
    return folder


@pytest.fixture(scope="module")
def written(fashion: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack all images anew."""
    folder = tmp_path_factory.mktemp("images")
    pack_images.pack(folder, fashion)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_what_its_package_has(name: str, written: Path) -> None:
    with np.load(FOLDER / f"{name}.npz") as ours, np.load(written / f"{name}.npz") as theirs:
        assert set(ours) == set(theirs) == {"images", "labels"}
        for part in ours:
            assert ours[part].dtype == theirs[part].dtype
            assert np.array_equal(ours[part], theirs[part])


def test_photographs_are_the_files_of_their_packages(written: Path) -> None:
    ours = {path.name: path.read_bytes() for path in PHOTOGRAPHS.iterdir()}
    theirs = {path.name: path.read_bytes() for path in (written / PHOTOGRAPHS.name).iterdir()}
    assert set(ours) == set(theirs)
    assert [name for name, content in ours.items() if theirs[name] != content] == []
    assert len(ours) == len(PHOTOS)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photograph_has_the_pixels_that_its_package_reads(name: str) -> None:
    read = load_sample_image(f"{name}.jpg") if name in ("china", "flower") else getattr(skimage.data, name)()
    assert np.array_equal(photographs()[name], read[0] if isinstance(read, tuple) else read)


def test_fashion_is_chosen_by_class_in_its_own_order(fashion: Path, written: Path) -> None:
    images, labels = pack_images.fashion_mnist_5k(fashion)
    numbers = images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]
    assert (numbers % 10 == labels).all()
    for label in range(10):
        of_class = numbers[labels == label]
        assert len(of_class) == 500
        assert (np.diff(of_class) > 0).all()
    assert len({tuple(numbers[labels == label] // 10) for label in range(10)}) == 10, "each class has a draw of its own"
    with np.load(written / "fashion_mnist_5k.npz") as found:
        assert np.array_equal(found["images"], images)


@pytest.mark.skipif(not pack_images.FASHION.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed")
def test_fashion_is_what_debians_package_has() -> None:
    images, labels = pack_images.fashion_mnist_5k()
    assert np.array_equal(packed("fashion_mnist_5k")[0], images)
    assert np.array_equal(packed("fashion_mnist_5k")[1], labels)


def test_without_fashion_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="Install Debian's package dataset-fashion-mnist"):
        pack_images.main([str(tmp_path / "nowhere")])
    monkeypatch.setattr(pack_images, "FASHION", tmp_path / "nowhere")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.syspath_prepend(str(Path(pack_images.__file__).parent))
    with pytest.raises(SystemExit, match="Install Debian's package dataset-fashion-mnist"):
        pack_images.main([])
