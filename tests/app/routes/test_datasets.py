"""Data sets over HTTP: what each is, what it looks like, what is missing and what to do."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from skipscope.app import errors
from skipscope.app.page import samples
from skipscope.app.page.samples import Samples
from skipscope.app.routes import datasets
from skipscope.app.wire.architectures import DatasetView
from skipscope.model.data.catalogue import FILES
from skipscope.model.data.shipped import SHIPPED
from skipscope.model.data.sources import pixels_of
from skipscope.model.train.records import SHOWN


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Serve these routes alone, over an empty folder for data sets."""
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    app = FastAPI()
    app.state.samples = Samples()
    errors.install(app)
    app.include_router(datasets.router)
    with TestClient(app) as client:
        yield client


def listed(client: TestClient) -> dict[str, DatasetView]:
    rows = [DatasetView.model_validate(row) for row in client.get("/api/datasets").json()]
    return {row.name: row for row in rows}


def picture(client: TestClient, name: str) -> np.ndarray:
    """Return the picture, [H, W, 4]."""
    answer = client.get(f"/api/datasets/{name}/samples.png")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def write_folder(path: Path, classes: int = 3) -> None:
    """Write a data set of one colour a class."""
    for number in range(classes):
        (path / f"class{number}").mkdir(parents=True)
        for i in range(3):
            Image.new("RGB", (40, 50), (number * 60, 100 + i, 200)).save(path / f"class{number}" / f"{i}.png")


def test_each_tells_size_shape_and_classes(client: TestClient) -> None:
    found = listed(client)
    assert set(found) == {*SHIPPED, *FILES}
    digits = found["digits"]
    assert (digits.num_images, digits.num_train, digits.num_test) == (1797, 1438, 359)
    assert (digits.shape, digits.num_classes, digits.classes[9]) == ([1, 8, 8], 10, "9")
    for row in found.values():
        assert len(row.classes) == row.num_classes == len(set(row.classes))
        assert row.shape == [row.in_channels, row.image_size, row.image_size]
        assert row.num_train + row.num_test == row.num_images
        assert (row.missing is None) == (row.remedy is None) == (row.samples is not None) == (row.name in SHIPPED)


def test_what_is_missing_comes_with_its_remedy(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "mine" / "only").mkdir(parents=True)
    found = listed(client)
    assert found["cifar10"].missing == "cifar-10-batches-bin/data_batch_1.bin is missing in the folder for data sets."
    assert found["cifar10"].remedy == "Run `skipscope data fetch cifar10`."
    mine = found["mine"]
    assert mine.missing is not None
    assert "2 to 1000 folders" in mine.missing
    answer = client.get("/api/datasets/cifar10/samples.png")
    assert answer.status_code == 404
    assert answer.json()["remedy"] == found["cifar10"].remedy
    assert answer.json()["detail"] == found["cifar10"].missing


def test_files_that_come_later_are_seen(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "mine" / "class0").mkdir(parents=True)
    assert listed(client)["mine"].missing is not None
    write_folder(tmp_path / "other")
    (tmp_path / "other").rename(tmp_path / "later")
    found = listed(client)["later"]
    assert (found.num_images, found.missing, found.classes) == (9, None, ["class0", "class1", "class2"])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_picture_shows_two_images_of_each_class(name: str, client: TestClient) -> None:
    shown = picture(client, name)
    info = listed(client)[name]
    size, columns = info.image_size, min(10, info.num_classes)
    assert shown.shape == (2 * size + 1, columns * (size + 1) - 1, 4)
    pixels = pixels_of(name, Path())
    for label in {0, columns // 3, columns - 1}:
        for row in (0, 1):
            image = pixels.images[np.flatnonzero(pixels.labels == label)[row]]
            place = shown[row * (size + 1) :, label * (size + 1) :][:size, :size]
            assert (place[..., 3] == 255).all()
            wanted = np.broadcast_to(255 * image, (3, size, size)).transpose(1, 2, 0)
            assert np.abs(place[..., :3] - wanted).max() <= 0.51
    assert (shown[size, :, 3] == 0).all()


def test_cifar_is_shown_from_its_first_rows(client: TestClient, tmp_path: Path) -> None:
    inner, files = FILES["cifar100"]
    (tmp_path / inner).mkdir()
    rows = np.random.default_rng(0).integers(0, 256, (50, 3074), np.uint8)
    rows[:, 1] = np.arange(50) % 12
    for file in files:
        rows.tofile(tmp_path / inner / file)
    shown = picture(client, "cifar100")
    assert shown.shape == (65, 329, 4)
    # label 4 is that of the rows 4 and 16
    assert (shown[33:, 4 * 33 : 4 * 33 + 32, :3] == rows[16, 2:].reshape(3, 32, 32).transpose(1, 2, 0)).all()


def test_ones_own_images_are_shown(client: TestClient, tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    shown = picture(client, "mine")
    assert shown.shape == (65, 98, 4)
    assert shown[40, 70].tolist() == [120, 101, 200, 255]


def test_a_picture_is_made_once_and_not_sent_twice(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/datasets/digits/samples.png")
    monkeypatch.setattr(samples.sys, "executable", "/nowhere/python")
    again = client.get("/api/datasets/digits/samples.png", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/datasets/digits/samples.png").content == first.content


def test_images_that_were_replaced_in_place_are_shown_anew(client: TestClient, tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    assert picture(client, "mine")[0, 0].tolist() == [0, 100, 200, 255]
    Image.new("RGB", (40, 50), (9, 8, 7)).save(tmp_path / "mine" / "class0" / "0.png")
    assert picture(client, "mine")[0, 0].tolist() == [9, 8, 7, 255]


def test_a_folder_that_no_request_can_name_is_listed_with_its_remedy(client: TestClient, tmp_path: Path) -> None:
    write_folder(tmp_path / "My Cats")
    found = listed(client)["My Cats"]
    assert (found.remedy, found.samples) == ("Rename the folder, to my_cats for example.", None)


def test_an_image_that_cannot_be_read_is_named(client: TestClient, tmp_path: Path) -> None:
    write_folder(tmp_path / "mine")
    (tmp_path / "mine" / "class1" / "0.png").write_bytes(b"not an image")
    answer = client.get("/api/datasets/mine/samples.png")
    assert answer.status_code == 422
    assert "class1/0.png is no PNG, JPEG, " in answer.json()["detail"]
    Image.new("RGB", (32, 32)).save(tmp_path / "mine" / "class1" / "0.png")
    assert picture(client, "mine")[0, 33].tolist() == [0, 0, 0, 255]


def test_reading_has_an_end(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "SECONDS", 0.01)
    answer = client.get("/api/datasets/photos/samples.png")
    assert (answer.status_code, answer.json()["title"]) == (503, "Takes too long")


def test_an_unknown_name_gets_those_that_exist(client: TestClient) -> None:
    answer = client.get("/api/datasets/imagenet/samples.png")
    assert answer.status_code == 404
    assert "digits" in answer.json()["limit"]
    assert client.get("/api/datasets/..%2Fdigits/samples.png").status_code in {404, 422}


@pytest.mark.parametrize("name", ["digits", "photos", "mine"])
def test_images_by_number_are_shown_side_by_side(client: TestClient, tmp_path: Path, name: str) -> None:
    write_folder(tmp_path / "mine")
    whole = pixels_of(name, tmp_path).images
    answer = client.get(f"/api/datasets/{name}/images.png?numbers=7,0,3")
    assert answer.status_code == 200, answer.text
    size = whole.shape[-1]
    shown = np.asarray(Image.open(io.BytesIO(answer.content))).reshape(size, 3 * size, -1)
    for place, number in enumerate((7, 0, 3)):
        tile = shown[:, place * size :][:, :size].transpose(2, 0, 1)
        np.testing.assert_allclose(tile / 255, whole[number], atol=0.5 / 255 + 1e-6)
    again = client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_as_many_images_are_shown_as_a_step_names(client: TestClient) -> None:
    assert datasets.MOST == SHOWN
    numbers = ",".join(["1796"] * SHOWN)
    assert client.get(f"/api/datasets/digits/images.png?numbers={numbers}").status_code == 200
    answer = client.get(f"/api/datasets/digits/images.png?numbers={numbers},0")
    assert answer.status_code == 422
    assert answer.json()["limit"] == "64"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [("1797", "digits has no image 1797"), ("0,99999", "digits has no image 99999"), ("-1", ""), ("a", ""), ("", "")],
)
def test_numbers_that_are_no_images_are_refused(client: TestClient, numbers: str, said: str) -> None:
    answer = client.get(f"/api/datasets/digits/images.png?numbers={numbers}")
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert client.get("/api/datasets/nothing/images.png?numbers=0").status_code == 404
    assert client.get("/api/datasets/cifar10/images.png?numbers=0").status_code == 404
