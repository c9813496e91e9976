"""A user's folder is read as desktops, cameras and archives leave it, and what is no data set is told in a sentence."""

import os
from pathlib import Path

import numpy as np
import orjson
import pytest
from PIL import Image

from skipscope.model.data import folders, load
from skipscope.model.data.catalogue import DatasetError, catalogue, info_of, shown_files, version_of
from skipscope.model.data.samples import sheet

FORK = bytes((0, 5, 22, 7)) + bytes(100)
"""What macOS lays beside a file on foreign disks: AppleDouble's magic number."""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Make a data set of two classes of four images."""
    for number, name in enumerate(("cat", "dog")):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for i in range(4):
            picture(tmp_path / "mine" / name / f"{i}.png", 100 * number + i)
    return tmp_path / "mine"


def picture(file: Path, level: int = 90) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), (level, 60, 30)).save(file, "PNG")
    return file


def count(mine: Path) -> int:
    """Load a data set and return how many images it has; its information says the same."""
    data = load(mine.name, folder=mine.parent)
    images = len(data.train_labels) + len(data.test_labels)
    assert info_of(mine.name, mine.parent).num_images == images
    assert data.info.classes == ("cat", "dog")
    return images


JUNK = (
    ".DS_Store", "cat/.DS_Store", "cat/._0.png", "dog/._1.png", "__MACOSX/cat/._0.png", "__MACOSX/._cat", "Thumbs.db",
    "cat/Thumbs.db", "desktop.ini", "cat/desktop.ini", ".ipynb_checkpoints/a-checkpoint.png", "cat/.thumbnails/0.png",
    "cat/@eaDir/0.png/SYNOFILE_THUMB_M.png", "#recycle/0.png", "$RECYCLE.BIN/0.png", ".git/HEAD", "cat/.#notes.txt",
    "cat/Icon\r", "cat/__MACOSX/0.png", ".Trashes/0.png", "System Volume Information/a", "cat/.picasa.ini",
    "labels.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", JUNK)
def test_files_of_desktops_are_no_images_and_no_classes(name: str, mine: Path) -> None:
    (mine / name).parent.mkdir(parents=True, exist_ok=True)
    (mine / name).write_bytes(FORK)
    assert count(mine) == 8


def test_all_of_them_at_once(mine: Path) -> None:
    for name in JUNK:
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_bytes(FORK)
    assert count(mine) == 8
    assert info_of("mine", mine.parent).source == "your folder"
    (mine / "cat" / "notes.txt").touch()
    (mine / "dog" / "README").touch()
    assert info_of("mine", mine.parent).source == "your folder; 2 other files left out (.txt, without a suffix)"


@pytest.mark.parametrize("name", [".#notes.txt", "notes.txt", ".#0.png", "notes"])
def test_a_link_to_nothing_is_no_image(name: str, mine: Path) -> None:
    (mine / "cat" / name).symlink_to("somebody@host.4711:1")
    (mine / ".#lock").symlink_to("somebody@host.4711:1")
    (mine / "gone").symlink_to("nowhere")
    assert count(mine) == 8
    assert sheet("mine", mine.parent)


def test_an_image_that_is_a_link_to_nothing_is_named(mine: Path) -> None:
    (mine / "cat" / "9.png").symlink_to("nowhere.png")
    assert isinstance(version_of("mine", mine.parent), int)
    with pytest.raises(DatasetError, match=r"cat/9\.png is a link to nothing\. Remove it"):
        count(mine)


def test_links_to_images_and_to_folders_of_classes_are_followed(mine: Path, tmp_path: Path) -> None:
    (mine / "cat" / "link.png").symlink_to(picture(tmp_path / "elsewhere" / "a.png"))
    (mine / "dog").rename(tmp_path / "elsewhere" / "dogs")
    (mine / "dog").symlink_to(tmp_path / "elsewhere" / "dogs")
    assert count(mine) == 9


def test_a_loop_of_links_ends(mine: Path) -> None:
    (mine / "cat" / "loop").symlink_to(mine)
    (mine / "cat" / "self.png").symlink_to(mine / "cat")
    assert count(mine) == 8
    (mine / "knot").symlink_to(mine / "knot")
    assert count(mine) == 8
    (mine / "cat" / "knot.png").symlink_to(mine / "cat" / "knot.png")
    with pytest.raises(DatasetError, match=r"cat/knot\.png"):
        count(mine)


def test_images_in_folders_within_a_class_are_of_that_class(mine: Path) -> None:
    picture(mine / "cat" / "persian" / "old" / "9.png")
    picture(mine / "cat" / "photo.png" / "1.png")  # a folder may bear any name
    assert count(mine) == 10
    before = version_of("mine", mine.parent)
    picture(mine / "cat" / "persian" / "new" / "8.png")
    assert count(mine) == 11
    assert version_of("mine", mine.parent) != before
    (mine / "cat" / "persian" / "old" / "9.png").write_bytes(b"no image")
    with pytest.raises(DatasetError, match=r"cat/persian/old/9\.png is no PNG"):
        count(mine)


@pytest.mark.parametrize(
    "name", ["A.PNG", "a.Jpg", "a.JPEG", "a.jfif", "a.webp", "a.TIF", "a.bmp", "a.gif", "a b.png", "ü.png"]
)
def test_suffixes_of_any_case_and_kind_are_images(name: str, mine: Path) -> None:
    picture(mine / "cat" / name)
    assert count(mine) == 9


def test_names_that_are_no_utf_8_are_read_and_shown(mine: Path) -> None:
    inside = os.fsencode(mine)
    (mine / "dog").rename(os.fsdecode(inside + b"/chien\xe9"))
    os.rename(inside + b"/cat/0.png", inside + b"/cat/\xff\xfe.png")  # noqa: PTH104  (a path of bytes)
    found = load("mine", folder=mine.parent)
    assert len(found.train_labels) + len(found.test_labels) == 8
    assert found.info.classes == ("cat", "chien\\xe9")
    assert sheet("mine", mine.parent)
    assert len(shown_files("mine", mine.parent)) == 2
    mine.rename(os.fsdecode(inside + b"\xe9"))
    listed = catalogue(mine.parent)
    assert "Rename the folder" in (listed["mine\\xe9"].remedy or "")
    assert orjson.dumps([info.classes for info in listed.values()] + [list(listed)])
    with pytest.raises(DatasetError, match="Rename the folder"):
        info_of("mine\\xe9", mine.parent)


def said(mine: Path) -> str:
    with pytest.raises(DatasetError) as refused:
        load(mine.name, folder=mine.parent)
    assert str(mine.parent) not in str(refused.value)
    return str(refused.value)


def test_an_empty_class_is_named(mine: Path) -> None:
    (mine / "fox").mkdir()
    assert "one a class, of at least two images each; fox has no image. " in said(mine)
    (mine / "fox" / "notes.txt").touch()
    (mine / "fox" / "0001").touch()
    assert "fox has no image (1 .txt, 1 without a suffix)." in said(mine)
    picture(mine / "fox" / "0.png")
    picture(mine / "wolf" / "0.png")
    assert "fox has 1 image (1 .txt, 1 without a suffix); wolf has 1 image." in said(mine)
    assert "Move out the folders that are no class." in said(mine)


def test_images_that_are_not_read_are_not_left_out_in_silence(mine: Path) -> None:
    (mine / "cat" / "phone.HEIC").touch()
    assert "cat/phone.HEIC cannot be read. Save such images as PNG or JPEG, or move them out." in said(mine)
    (mine / "dog" / "camera.nef").touch()
    assert "cat/phone.HEIC and 1 more cannot be read." in said(mine)


def test_parts_of_a_data_set_are_no_classes(mine: Path) -> None:
    parts = mine.parent / "parted"
    for name in ("Train", "val"):
        (parts / name).mkdir(parents=True)
        for part in ("cat", "dog"):
            picture(parts / name / part / "0.png")
            picture(parts / name / part / "1.png")
    assert "Its folders Train, val are parts of a data set, and no classes." in said(parts)


def test_a_folder_in_a_folder_is_told(mine: Path) -> None:
    outer = mine.parent / "outer"
    outer.mkdir()
    mine.rename(outer / "mine")
    assert "It holds one folder, mine, with cat, dog in it. Move these up" in said(outer)


def test_images_in_no_class_are_told(mine: Path) -> None:
    picture(mine / "loose.png")
    assert info_of("mine", mine.parent).source == "your folder; 1 image lies in no class"
    alone = mine.parent / "alone"
    for i in range(3):
        picture(alone / f"{i}.png")
    assert "it has none; 3 images lie in no class." in said(alone)


def test_more_than_a_server_reads_is_refused(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_IMAGES", 7)
    assert "It has 8 images or more; at most 7." in said(mine)
    monkeypatch.setattr(folders, "MAX_IMAGES", 100)
    monkeypatch.setattr(folders, "MAX_FOLDERS", 3)
    for number in range(5):
        (mine / "cat" / str(number)).mkdir()
    assert "cat has more than 3 folders in it. Leave some out." in said(mine)


def test_a_thousand_folders_within_each_other_are_walked(mine: Path) -> None:
    place = mine / "cat"
    for _ in range(300):
        place /= "d"
    picture(place / "deep.png")
    assert count(mine) == 9


def test_order_is_that_of_names(mine: Path) -> None:
    found = load("mine", folder=mine.parent)
    levels = np.rint(255 * found.train_pixels[:, 0, 0, 0].numpy())
    assert (levels >= 100).astype(int).tolist() == found.train_labels.tolist()
    assert [file.name for file in shown_files("mine", mine.parent)[0]] == ["0.png", "1.png"]
