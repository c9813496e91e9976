"""Bring the data sets that ship in no package: download the official archive, check it, put its files in their place.

Nothing else in the product downloads; this runs only where somebody asks for it on the command line.
"""

import gzip
import hashlib
import http.client
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from skipscope.model.data.catalogue import FILES, is_complete

SECONDS = 30.0
PIECE = 1 << 18
MAX_BYTES = 512 * 1024 * 1024

Progress = Callable[[int, int | None], None]
"""Told how many bytes came since it was told last, and how many will come in all where the server says so."""


class FetchError(Exception):
    """A data set that could not be fetched: says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The address of a data set's archive, and the MD5 sum that its publisher states."""

    url: str
    md5: str


ARCHIVES: dict[str, Archive] = {
    "cifar10": Archive(
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"
    ),
    "cifar100": Archive(
        "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"
    ),
}  # fmt: skip


def fetch(name: str, folder: Path, *, url: str | None = None, progress: Progress = lambda came, total: None) -> bool:
    """Download a data set into a folder, checked, and put in place at once or not at all; False: it was there.

    `url` names a mirror; its archive must have the same sum. Raise FetchError with the cause and the remedy, and
    ValueError for an address that is none.
    """
    if is_complete(name, folder):
        return False
    archive = ARCHIVES[name]
    source = url or archive.url
    if urlsplit(source).scheme not in ("http", "https"):
        raise ValueError(f"url={source!r}: an address begins with https:// or http://. Give that of the archive.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as held:
            packed = Path(held) / "archive.tar.gz"
            found = _download(source, packed, progress, name)
            if found != archive.md5:
                raise FetchError(
                    f"{source}: the download has the MD5 sum {found}, not {archive.md5}. Nothing was stored. Try "
                    "again; if it stays so, name another mirror with --url."
                )
            _unpack(name, packed, Path(held) / "new")
            _put(name, Path(held), folder)
    except OSError as error:
        raise FetchError(
            f"cannot write to {folder}: {error.strerror or error}. Set SKIPSCOPE_DATASETS to a folder that can be "
            "written to and has 400 MB free."
        ) from error
    return True


def _download(source: str, target: Path, progress: Progress, name: str) -> str:
    """Write what an address sends to a file, and return its MD5 sum."""
    total_sum = hashlib.md5(usedforsecurity=False)
    came = 0
    try:
        request = urllib.request.Request(source, headers={"User-Agent": "skipscope"})  # noqa: S310  (checked above)
        answer = urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"{source} answered {error.code} {error.reason}. Give a mirror with --url.") from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _unreachable(name, source, getattr(error, "reason", error)) from error
    with closing(answer), target.open("wb") as file:
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        while True:
            try:
                piece = answer.read(PIECE)
            except (http.client.HTTPException, OSError) as error:
                raise _unreachable(name, source, error) from error
            if not piece:
                break
            came += len(piece)
            if came > MAX_BYTES:
                raise FetchError(f"{source} sends more than {MAX_BYTES} bytes, which is no CIFAR archive. Check --url.")
            total_sum.update(piece)
            file.write(piece)
            progress(len(piece), total)
    if total is not None and came < total:
        raise FetchError(f"{source}: the connection ended after {came} of {total} bytes. Try again.")
    return total_sum.hexdigest()


def _unpack(name: str, packed: Path, target: Path) -> None:
    """Copy the expected files out of an archive, each as a plain file of our own making.

    No other member, link or mode of the archive reaches the disk.
    """
    inner, files = FILES[name]
    expected = {f"{inner}/{file}": file for file in files}
    target.mkdir()
    try:
        with tarfile.open(packed, "r:gz") as archive:
            for member in archive:
                file = expected.pop(member.name.removeprefix("./"), None)
                if file is None:
                    continue
                content = archive.extractfile(member) if member.isreg() and member.size <= MAX_BYTES else None
                if content is None:
                    raise FetchError(f"{member.name} in the archive is no plain file of a fitting size. Check --url.")
                with content, (target / file).open("wb") as written:
                    shutil.copyfileobj(content, written)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FetchError(f"the archive cannot be read: {error}. Check --url.") from error
    if expected:
        raise FetchError(f"the archive lacks {', '.join(sorted(expected))}. Check --url.")


def _put(name: str, held: Path, folder: Path) -> None:
    """Move the new files to their place; older files that were not whole go."""
    place = folder / FILES[name][0]
    if place.exists():
        place.rename(held / "old")
    (held / "new").rename(place)


def _unreachable(name: str, source: str, reason: object) -> FetchError:
    inner, files = FILES[name]
    return FetchError(
        f"cannot load {source}: {reason}. Is there a network? Without one, load the archive on another machine and "
        f"unpack it so that {inner}/{files[0]} lies in the folder for data sets, or name a mirror with --url."
    )
