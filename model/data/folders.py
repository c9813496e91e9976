"""List a user's folder of class-named folders as desktops, cameras and archives leave it; no image is opened here."""

import os
import stat
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from skipscope.model.foreign.contents import shown

SUFFIXES = frozenset({
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".ppm", ".pgm", ".pbm",
    ".pnm",
})  # fmt: skip
UNREAD = frozenset({".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".dcm"})
"""Suffixes of images that are not read. They are named rather than left out: a class would lose its images."""

LEFT_BEHIND = frozenset({
    "__macosx", "__pycache__", "@eadir", "#recycle", "#snapshot", "lost+found", "$recycle.bin", "desktop.ini",
    "system volume information", "network trash folder", "temporary items", "thevolumesettingsfolder", "thumbs.db",
    "ehthumbs.db", "icon\r",
})  # fmt: skip
"""Names in lower case that systems make by themselves; those that begin with a dot are such, too."""

PARTS = frozenset({"train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval"})
"""Names of the parts of a data set, which are no classes."""

MIN_CLASSES, MAX_CLASSES, MAX_IMAGES, MAX_FOLDERS = 2, 1000, 100_000, 10_000
FORMATS = "PNG, JPEG, WebP, GIF, BMP, TIFF or PPM"


class Inside(NamedTuple):
    """The contents of one folder: folders, images, images of unsupported formats, and all else by its suffix."""

    folders: tuple[str, ...]
    images: tuple[str, ...]
    unread: tuple[str, ...]
    others: tuple[tuple[str, int], ...]


class Class(NamedTuple):
    """A class: the name of its folder, and what lies in that folder, which is first, and in those within it."""

    name: str
    parts: list[tuple[Path, Inside]]

    @property
    def num_images(self) -> int:
        """Return how many images there are; no path is made."""
        return sum(len(inside.images) for _, inside in self.parts)

    @property
    def images(self) -> list[Path]:
        """Return the images, folder by folder, in order of their names."""
        return [place / name for place, inside in self.parts for name in inside.images]

    @property
    def unread(self) -> list[Path]:
        """Return the images of formats that are not read."""
        return [place / name for place, inside in self.parts for name in inside.unread]

    @property
    def others(self) -> Counter[str]:
        """Count all other files by their suffixes."""
        return sum((Counter(dict(inside.others)) for _, inside in self.parts), Counter[str]())


class Trouble(NamedTuple):
    """Why a folder is no data set yet, and what to do."""

    missing: str
    remedy: str


def is_ours(name: str) -> bool:
    """Tell whether a file or folder was put there by its owner, and not by a system."""
    return not name.startswith(".") and name.lower() not in LEFT_BEHIND


def list_classes(path: Path) -> list[Class]:
    """Return the classes of a folder, in order of their names. Raise OSError where it, or a folder in it, is shut."""
    found: list[Class] = []
    for name in sorted(os.listdir(path)):  # noqa: PTH208  (names may be no UTF-8; they are kept as they are)
        if is_ours(name) and (path / name).is_dir():
            found.append(_class(path / name))
        if len(found) > MAX_CLASSES:
            break
    return found


def _class(folder: Path) -> Class:
    """Read a class. Links to other folders are not followed: they may lead anywhere."""
    made = Class(folder.name, [])
    waiting = [folder]
    count = 0
    while waiting and count <= MAX_IMAGES and len(made.parts) <= MAX_FOLDERS:
        place = waiting.pop()
        inside = _look(place, place.stat().st_mtime_ns)
        made.parts.append((place, inside))
        waiting += [place / name for name in reversed(inside.folders)]
        count += len(inside.images)
    return made


@lru_cache(maxsize=4096)
def _look(folder: Path, changed: int) -> Inside:
    """List one folder, anew when files came or went."""
    folders: list[str] = []
    images: list[str] = []
    unread: list[str] = []
    others: Counter[str] = Counter()
    with os.scandir(folder) as entries:
        for entry in entries:
            suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122  (100,000 paths would take a second)
            if not is_ours(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif suffix in SUFFIXES and not _leads_to_a_folder(entry):
                images.append(entry.name)
            elif suffix in UNREAD:
                unread.append(entry.name)
            else:
                others[suffix or "without a suffix"] += 1
            if len(images) > MAX_IMAGES:
                break
    return Inside(tuple(sorted(folders)), tuple(sorted(images)), tuple(sorted(unread)), tuple(sorted(others.items())))


def _leads_to_a_folder(entry: "os.DirEntry[str]") -> bool:
    return entry.is_symlink() and os.path.isdir(entry.path)  # noqa: PTH112  (a shut one is no reason to stop)


def trouble_of(path: Path, classes: list[Class]) -> Trouble | None:
    """Say why a folder is no data set; None for one that is."""
    names = [one.name for one in classes]
    unread = [file for one in classes for file in one.unread]
    short = [one for one in classes if one.num_images < 2]
    if unread:
        more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        file = shown(unread[0].relative_to(path).as_posix())
        return Trouble(f"{file}{more} cannot be read.", "Save such images as PNG or JPEG, or move them out.")
    if names and {name.lower() for name in names} <= PARTS and any(one.parts[0][1].folders for one in classes):
        return Trouble(
            f"Its folders {_some(names)} are parts of a data set, and no classes.",
            "Move the folders of the classes in one of them up.",
        )
    first = classes[0].parts[0][1] if classes else None
    if first is not None and len(classes) == 1 and not first.images and len(first.folders) > 1:
        return Trouble(
            f"It holds one folder, {shown(names[0])}, with {_some(list(first.folders))} in it.",
            "Move these up: the folders of the classes lie at the top.",
        )
    if not MIN_CLASSES <= len(classes) <= MAX_CLASSES or short:
        needed = f"It needs {MIN_CLASSES} to {MAX_CLASSES} folders, one a class, of at least two images each"
        found = "; ".join(map(_short, short[:3])) if short else f"it has {_some(names) or 'none'}"
        remedy = f"Put {FORMATS} files into folders that bear the classes' names."
        loose = f"; {beside} in no class" if (beside := _loose(path)) else ""
        return Trouble(
            f"{needed}; {found}{loose}.", f"{remedy} Move out the folders that are no class." if short else remedy
        )
    return _too_much(classes)


def _too_much(classes: list[Class]) -> Trouble | None:
    count = sum(one.num_images for one in classes)
    if count > MAX_IMAGES:
        return Trouble(f"It has {count} images or more; at most {MAX_IMAGES}.", "Leave some out.")
    deep = [one for one in classes if len(one.parts) > MAX_FOLDERS]
    if deep:
        return Trouble(f"{shown(deep[0].name)} has more than {MAX_FOLDERS} folders in it.", "Leave some out.")
    return None


def _loose(path: Path) -> str:
    """Say how many images lie beside the folders of the classes; nothing where none does."""
    count = len(_look(path, path.stat().st_mtime_ns).images)
    return f"{count} {'image lies' if count == 1 else 'images lie'}" if count else ""


def _short(one: Class) -> str:
    """Say of a class with too few images what its folder holds."""
    held = [f"{count} {suffix}" for suffix, count in one.others.most_common(3)]
    beside = f" ({', '.join(map(shown, held))})" if held else ""
    return f"{shown(one.name)} has {'1 image' if one.num_images else 'no image'}{beside}"


def _some(names: list[str]) -> str:
    return ", ".join(map(shown, names[:4])) + (", …" if len(names) > 4 else "")


def left_out(path: Path, classes: list[Class]) -> str:
    """Say what lies beside the images of the classes; nothing where nothing does."""
    others = sum((one.others for one in classes), Counter[str]())
    said = [f"{beside} in no class" if (beside := _loose(path)) else ""]
    if others:
        kinds = ", ".join(shown(suffix) for suffix, _ in others.most_common(3))
        said.append(f"{others.total()} other {'file' if others.total() == 1 else 'files'} left out ({kinds})")
    return "; ".join(filter(None, said))


def stamp_of(file: str | Path) -> tuple[int, int]:
    """Return time and size of a file, which are others when it is replaced; of a link to nothing, the link's own."""
    try:
        found = os.stat(file)  # noqa: PTH116  (of 100,000 files, whose paths would take longer to make)
    except OSError:
        found = os.lstat(file)
    return found.st_mtime_ns, found.st_size


def stamps_of(classes: list[Class]) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of all images."""
    return tuple(
        (file, *stamp_of(file))
        for one in classes
        for place, inside in one.parts
        for file in (f"{place}{os.sep}{name}" for name in inside.images)
    )


def is_regular(file: Path) -> bool:
    """Tell whether a path leads to a file: not a folder, not a pipe, which would never end."""
    return stat.S_ISREG(file.stat().st_mode)
