"""The store of layers that image tests keep between calls: what no tag reaches goes, as soon as it has too much."""

import tarfile
from pathlib import Path

import pytest

from scripts.image import Builder, install_programs

pytestmark = pytest.mark.image
KEPT = "localhost/kept:1"


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """Make a store of its own with a tagged image, one without a tag, and a container that an ended build left."""
    install_programs()
    builder = Builder(tmp_path)
    builder.configure()
    for text, tags in (("kept", [KEPT]), ("left", [])):
        (tmp_path / "text").write_text(text, encoding="utf-8")
        with tarfile.open(tmp_path / "root.tar", "w") as archive:
            archive.add(tmp_path / "text", "text")
        builder.podman("import", str(tmp_path / "root.tar"), *tags)
    builder.run("buildah", "from", "--pull-never", KEPT)
    return builder


def images(builder: Builder) -> list[str]:
    return sorted(builder.podman("images", "--format", "{{.Repository}}:{{.Tag}}").split())


def containers(builder: Builder) -> list[str]:
    return builder.run("buildah", "containers", "--quiet").stdout.split()


def test_what_no_tag_reaches_goes_above_the_limit_alone(builder: Builder) -> None:
    builder.tidy(1 << 30)
    assert images(builder) == ["<none>:<none>", KEPT]
    assert len(containers(builder)) == 1
    builder.tidy(0)
    assert images(builder) == [KEPT]
    assert containers(builder) == []


def test_a_store_that_is_not_there_yet_has_nothing_to_tidy(tmp_path: Path) -> None:
    Builder(tmp_path / "new").tidy(0)
    assert not (tmp_path / "new").exists()


def test_a_disk_without_room_is_said_with_its_folder_and_the_setting(tmp_path: Path) -> None:
    builder = Builder(tmp_path)
    builder.check_disk(0)
    with pytest.raises(OSError, match=rf"takes 1048576 GB and the disk of {tmp_path} has .*SKIPSCOPE_IMAGE_CACHE"):
        builder.check_disk(1 << 50)
