"""Fetching data sets, from a real server on loopback: checked, whole or not at all, with the reason and a code."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from skipscope.app.cli import fetch as module
from skipscope.app.cli.fetch import ARCHIVES, Archive, FetchError, fetch
from skipscope.app.cli.main import cli
from skipscope.model.data.catalogue import FILES, is_complete
from skipscope.model.data.sources import pixels_of

INNER, NAMES = FILES["cifar10"]


def rows(number: int) -> bytes:
    """Return five rows of CIFAR-10's binary form."""
    found = np.random.default_rng(number).integers(0, 256, (5, 3073), np.uint8)
    found[:, 0] %= 10
    return found.tobytes()


def members() -> list[tuple[tarfile.TarInfo, bytes]]:
    """Return what the official archive holds, in small: its files, and others that nobody needs."""
    contents = {name: rows(number) for number, name in enumerate(NAMES)}
    contents["readme.html"] = b"<p>words</p>"
    found: list[tuple[tarfile.TarInfo, bytes]] = []
    for name, content in contents.items():
        info = tarfile.TarInfo(f"{INNER}/{name}")
        info.size, info.mode = len(content), 0o4777
        found.append((info, content))
    return found


def pack(parts: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Return a compressed archive."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for info, content in parts:
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


class Site:
    """A web server with one archive, which counts how often it was asked."""

    def __init__(self, content: bytes) -> None:
        self.content, self.length = content, len(content)
        self.asked = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the base class decides its name
                site.asked += 1
                if self.path != "/archive.tar.gz":
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(site.length))
                self.end_headers()
                self.wfile.write(site.content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/archive.tar.gz"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        """Stop it."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve a small CIFAR-10 with a sum of its own as the official one."""
    site = Site(pack(members()))
    announce(monkeypatch, site)
    yield site
    site.close()


def announce(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """Make what a site serves the official archive."""
    found = hashlib.md5(site.content, usedforsecurity=False).hexdigest()
    monkeypatch.setitem(ARCHIVES, "cifar10", Archive(site.url, found))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["data", "fetch", *words])


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_command_brings_what_the_loader_reads(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made" / "for it"
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(folder))
    found = run("cifar10")
    assert found.exit_code == 0, found.stderr
    assert found.stdout == f"cifar10: {folder / INNER}\n"
    assert site.url in found.stderr
    assert left(folder) == [INNER]
    assert left(folder / INNER) == sorted(NAMES)
    for number, name in enumerate(NAMES):
        assert (folder / INNER / name).read_bytes() == rows(number)
        assert not (folder / INNER / name).stat().st_mode & 0o7111
    assert pixels_of("cifar10", folder).num_train == 25


def test_what_is_there_is_not_fetched_again(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    assert run("cifar10").exit_code == 0
    again = run("cifar10")
    assert (again.exit_code, again.stdout) == (0, f"cifar10 is already there: {tmp_path / INNER}\n")
    assert site.asked == 1
    # a file that got lost brings all of them anew
    (tmp_path / INNER / NAMES[0]).unlink()
    assert not is_complete("cifar10", tmp_path)
    assert run("cifar10").exit_code == 0
    assert is_complete("cifar10", tmp_path)
    assert left(tmp_path) == [INNER]


def test_progress_is_told_until_all_came(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    assert fetch("cifar10", tmp_path, progress=lambda came, total: told.append((came, total)))
    assert sum(came for came, _ in told) == len(site.content)
    assert {total for _, total in told} == {len(site.content)}


def test_a_wrong_sum_keeps_nothing(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    site.content = site.content[:-1] + b"?"
    found = run("cifar10")
    assert found.exit_code == 1
    assert "MD5" in found.stderr
    assert "--url" in found.stderr
    assert found.stdout == ""
    assert left(tmp_path) == []


def test_a_mirror_has_to_have_the_official_sum(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    mirror = Site(site.content)
    wrong = Site(pack(members()[:-1]))
    try:
        assert run("cifar10", "--url", wrong.url).exit_code == 1
        assert run("cifar10", "--url", mirror.url).exit_code == 0
    finally:
        mirror.close()
        wrong.close()
    assert (site.asked, mirror.asked, wrong.asked) == (0, 1, 1)


def test_no_network_is_explained(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    gone = Site(b"")
    gone.close()
    found = run("cifar10", "--url", gone.url)
    assert found.exit_code == 1
    assert "Is there a network?" in found.stderr
    assert f"{INNER}/{NAMES[0]}" in found.stderr
    assert left(tmp_path) == []


def test_a_connection_that_ends_early_is_told(site: Site, tmp_path: Path) -> None:
    site.content = site.content[:1000]
    with pytest.raises(FetchError, match=rf"ended after 1000 of {site.length} bytes|IncompleteRead|cannot load"):
        fetch("cifar10", tmp_path)
    assert left(tmp_path) == []


def test_an_address_without_the_archive_is_told(site: Site, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="answered 404"):
        fetch("cifar10", tmp_path, url=site.url + "x")


def test_more_than_an_archive_can_have_is_not_taken(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    with pytest.raises(FetchError, match="sends more than 1000 bytes"):
        fetch("cifar10", tmp_path)
    assert left(tmp_path) == []


def test_an_address_of_another_kind_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    found = run("cifar10", "--url", "file:///etc/passwd")
    assert found.exit_code == 2
    assert "https://" in found.stderr


def test_a_folder_that_cannot_be_made_is_told(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path / "file" / "folder"))
    found = run("cifar10")
    assert found.exit_code == 1
    assert "SKIPSCOPE_DATASETS" in found.stderr
    assert site.asked == 0


def odd(kind: str) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member that has no business on the disk."""
    names = {"above": "../escaped.txt", "absolute": "/tmp/escaped.txt", "link": f"{INNER}/{NAMES[0]}"}
    info = tarfile.TarInfo(names[kind])
    if kind == "link":
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    else:
        info.size = 1
    return info, b"x" * info.size


@pytest.mark.parametrize("kind", ["above", "absolute"])
def test_other_members_never_reach_the_disk(
    kind: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.content = pack([odd(kind), *members()])
    site.length = len(site.content)
    announce(monkeypatch, site)
    folder = tmp_path / "a" / "b"
    assert fetch("cifar10", folder)
    assert not Path("/tmp/escaped.txt").exists()
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == set(NAMES)


def test_a_link_in_a_files_place_is_refused(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.content = pack([odd("link"), *members()[1:]])
    site.length = len(site.content)
    announce(monkeypatch, site)
    with pytest.raises(FetchError, match="no plain file"):
        fetch("cifar10", tmp_path)
    assert left(tmp_path) == []


def test_an_archive_that_lacks_a_file_is_refused(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.content = pack(members()[1:])
    site.length = len(site.content)
    announce(monkeypatch, site)
    with pytest.raises(FetchError, match=f"lacks {INNER}/{NAMES[0]}"):
        fetch("cifar10", tmp_path)
    assert left(tmp_path) == []


def test_something_else_than_an_archive_is_refused(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.content = b"<html>" * 100
    site.length = len(site.content)
    announce(monkeypatch, site)
    with pytest.raises(FetchError, match="cannot be read"):
        fetch("cifar10", tmp_path)


def test_both_archives_are_the_official_binary_ones() -> None:
    assert set(ARCHIVES) == set(FILES)
    for name, archive in ARCHIVES.items():
        assert archive.url == f"https://www.cs.toronto.edu/~kriz/cifar-{name.removeprefix('cifar')}-binary.tar.gz"
        assert len(bytes.fromhex(archive.md5)) == 16
