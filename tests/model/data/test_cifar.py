"""CIFAR's binary files are read whole, or refused by file and record."""

from pathlib import Path

import numpy as np
import pytest

from skipscope.model.data.catalogue import FILES, DatasetError, info_of
from skipscope.model.data.cifar import read_cifar, read_records
from skipscope.model.data.samples import sheet

Rows = dict[str, np.ndarray]


def write(folder: Path, name: str, num_rows: int = 20) -> Rows:
    """Write files of the official form, with a label of each class in turn."""
    draw = np.random.default_rng(0)
    inner, files = FILES[name]
    (folder / inner).mkdir()
    made: Rows = {}
    for file in files:
        labels = np.arange(num_rows)[:, None] % 10
        if name == "cifar100":
            labels = np.concatenate([labels % 20, labels % 100], 1)
        rows = np.concatenate(
            [labels % 10 if name == "cifar10" else labels, draw.integers(0, 256, (num_rows, 3072))], 1
        )
        made[file] = rows.astype(np.uint8)
        made[file].tofile(folder / inner / file)
    return made


@pytest.mark.parametrize("name", FILES)
def test_rows_are_labels_and_pixels(name: str, tmp_path: Path) -> None:
    made = write(tmp_path, name)
    found = read_cifar(name, tmp_path)
    rows = np.concatenate(list(made.values()))
    assert found.labels.tolist() == rows[:, -3073].tolist()
    assert found.num_train == len(rows) - 20
    assert np.array_equal(np.rint(255 * found.images).reshape(len(rows), -1), rows[:, -3072:])


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("cifar10", ("data_batch_3.bin", 0, 200), r"its label is 200; cifar10 has 0 to 9\."),
        ("cifar10", ("test_batch.bin", 0, 10), r"its label is 10; cifar10 has 0 to 9\."),
        ("cifar100", ("train.bin", 1, 100), r"its label is 100; cifar100 has 0 to 99\."),
        ("cifar100", ("test.bin", 1, 255), r"its label is 255; cifar100 has 0 to 99\."),
    ],
)
def test_a_label_of_no_class_is_named(name: str, place: tuple[str, int, int], said: str, tmp_path: Path) -> None:
    file, column, value = place
    rows = write(tmp_path, name)[file]
    rows[7, column] = value
    inner = FILES[name][0]
    rows.tofile(tmp_path / inner / file)
    start = rf"{inner}/{file}, record 7 \(from 0, at byte {7 * rows.shape[1]}\): "
    with pytest.raises(DatasetError, match=start + said + f".*skipscope data fetch {name}"):
        read_cifar(name, tmp_path)


def test_many_foreign_labels_are_counted(tmp_path: Path) -> None:
    rows = write(tmp_path, "cifar10")["data_batch_1.bin"]
    rows[3:, 0] = 255
    rows.tofile(tmp_path / FILES["cifar10"][0] / "data_batch_1.bin")
    with pytest.raises(DatasetError, match=r"record 3 .* is 255; cifar10 has 0 to 9, and 16 more records have such"):
        read_cifar("cifar10", tmp_path)
    with pytest.raises(DatasetError, match="record 3"):  # what is shown is checked too
        sheet("cifar10", tmp_path)


@pytest.mark.parametrize("change", [-1, 1, -3072, 17], ids=str)
def test_a_length_of_no_whole_records_is_named(change: int, tmp_path: Path) -> None:
    write(tmp_path, "cifar10")
    path = tmp_path / FILES["cifar10"][0] / "data_batch_2.bin"
    content = path.read_bytes()
    path.write_bytes(content[:change] if change < 0 else content + bytes(change))
    said = rf"data_batch_2\.bin has {20 * 3073 + change} bytes, no multiple of the 3073 of a record"
    for read in (lambda: read_cifar("cifar10", tmp_path), lambda: read_records("cifar10", path, 2)):
        with pytest.raises(DatasetError, match=said):
            read()


def test_a_file_that_is_not_there_or_empty_is_named(tmp_path: Path) -> None:
    write(tmp_path, "cifar10")
    path = tmp_path / FILES["cifar10"][0] / "test_batch.bin"
    path.write_bytes(b"")
    with pytest.raises(DatasetError, match=r"test_batch\.bin has 0 bytes"):
        read_cifar("cifar10", tmp_path)
    path.unlink()
    with pytest.raises(DatasetError, match=r"test_batch\.bin cannot be read: No such file"):
        read_cifar("cifar10", tmp_path)


def test_pythons_form_of_cifar_is_told_from_the_binary_one(tmp_path: Path) -> None:
    (tmp_path / "cifar-10-batches-py").mkdir()
    with pytest.raises(DatasetError, match=r"data_batch_1\.bin is missing .* cifar-10-batches-py has Python's form"):
        info_of("cifar10", tmp_path)
