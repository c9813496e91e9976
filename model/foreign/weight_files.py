"""Read what a file of weights holds: torch.save's two forms, safetensors, and the index of either in several files.

The content decides, not the suffix. A WeightsError refuses every other file.
"""

import json
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from skipscope.model.foreign.contents import HEAD, kind_of, shown
from skipscope.model.foreign.pickles import SAFE_PICKLE

LEGACY = bytes.fromhex("8a0a6cfc9c46f9206aa850192e")
"""The pickled number that opens a file of torch.save from before PyTorch 1.6."""

MAX_HEADER = 100_000_000
MAX_UNPACKED = 1000
"""How many times its own size a compressed archive may unpack to."""

PIECE = 1 << 20
INDEX = ".index.json"


class WeightsError(ValueError):
    """A file holds no weights, or weights that do not fit; the message names file, keys and shapes."""

    def __init__(self, message: str) -> None:
        super().__init__(shown(message))  # names and texts out of a damaged file are anything


class MissingFileError(WeightsError, FileNotFoundError):
    """There is no such file."""


def read(path: str | PathLike[str]) -> Any:
    """Return what is in a file, on the CPU: a mapping of a safetensors file, whatever was saved in a file of torch's.

    Raise MissingFileError for one that is not there and WeightsError for one that cannot be read.
    """
    address = re.match(r"^[a-z][a-z0-9]+://", str(path))
    path = Path(path).expanduser()
    name = path.name
    try:
        if path.is_dir():
            raise WeightsError(_of_folder(path))
        if not path.exists():
            link = " It is a link to nothing." if path.is_symlink() else ""
            link = " It is an address; fetch the file first." if address else link
            raise MissingFileError(f"path='{path}': there is no such file.{link}")
        if not path.is_file():
            raise WeightsError(f"{name} is no file, but a device or a pipe.")
        with path.open("rb") as file:
            return _read(file, path, name)
    except OSError as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{name} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"path='{path}' is no path: {error}.") from error  # a zero byte in it


def _read(file: BinaryIO, path: Path, name: str) -> Any:
    head = file.read(HEAD)
    file.seek(0)
    size = path.stat().st_size
    if path.name.endswith(INDEX) or (head.lstrip().startswith(b"{") and b'"weight_map"' in head):
        return _read_index(file, path, name)
    if head.startswith(b"PK\x03\x04"):
        return _guarded(name, lambda: _read_archive(file, size, name))
    if head[:1] == b"\x80" and LEGACY in head[:32]:
        return _guarded(name, lambda: _load(file))
    if len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= MAX_HEADER:
        return _guarded(name, lambda: _read_safetensors(file, size, head, name))
    kind = kind_of(head)
    if kind.name == "empty":
        raise WeightsError(f"{name} is empty: 0 bytes. {kind.remedy}")
    raise WeightsError(f"{name} holds no weights; it is {kind.name}. {kind.remedy}")


def _guarded(name: str, read: Callable[[], Any]) -> Any:
    """Read a file whose start is right. Its readers raise almost anything where the rest is not."""
    try:
        return read()
    except WeightsError:
        raise
    except MemoryError as error:
        raise WeightsError(f"{name} is damaged, or needs more memory than there is.") from error
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise WeightsError(f"{name} is damaged or cut off: {said[:200]}. Fetch it again.") from error


def _load(file: BinaryIO) -> Any:
    with warnings.catch_warnings():  # of sources that changed, of old forms: nothing of it concerns the weights
        warnings.simplefilter("ignore")
        # not weights_only: that refuses a whole file for one setting beside the weights, and SAFE_PICKLE runs nothing
        return torch.load(file, "cpu", cast("Any", SAFE_PICKLE), weights_only=False)


def _read_archive(file: BinaryIO, size: int, name: str) -> Any:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise WeightsError(f"{name} is cut off: the end of its archive is missing after {size} bytes.") from error
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    foreign = _of_archive(names)
    if foreign:
        raise WeightsError(f"{name} holds no weights of torch.save; it is {foreign}")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED * size:
        raise WeightsError(f"{name} is damaged: its parts claim more than {MAX_UNPACKED} times its {size} bytes.")
    for entry in entries:
        if entry.CRC:  # 0 where torch.serialization.set_crc32_options(False) left it out
            with archive.open(entry) as member:
                while member.read(PIECE):
                    pass
    file.seek(0)
    # asked of torch's own reader too: it would hand a program to torch.jit, and may see other names than zipfile
    if any(_is_program(record) for record in torch._C.PyTorchFileReader(file).get_all_records()):
        raise WeightsError(f"{name} holds no weights of torch.save; it is {PROGRAM}")
    file.seek(0)
    return _load(file)


PROGRAM = "a TorchScript program. Save torch.jit.load(path).state_dict() instead, if you trust it."


def _is_program(record: str) -> bool:
    return record == "constants.pkl" or record.endswith("/constants.pkl")


def _of_archive(names: list[str]) -> str | None:
    """Name an archive that torch.save did not write; None for one that it wrote."""
    some = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    kinds = (
        (any(map(_is_program, names)), PROGRAM),
        (any(name.endswith("data.pkl") for name in names), None),
        (any(name.endswith("archive_format") for name in names), "a program of torch.export. Save net.state_dict()."),
        ("model.weights.h5" in names, "a Keras model. Convert it with the tools of that program."),
        (not names, "an empty ZIP archive. Fetch the file itself."),
        (all(name.endswith(".npy") for name in names), "an archive of NumPy arrays (.npz). Save them as tensors."),
    )
    unknown = f"a ZIP archive of {len(names)} files ({some}). Unpack it first."
    return next((words for applies, words in kinds if applies), unknown)


def _read_safetensors(file: BinaryIO, size: int, head: bytes, name: str) -> dict[str, torch.Tensor]:
    content = file.read()
    header = 8 + struct.unpack("<Q", head[:8])[0]
    claimed = header + _data_bytes(content[8:header])
    if claimed > size:
        raise WeightsError(f"{name} is cut off: {size} of {claimed} bytes are there. Fetch it again.")
    try:
        return load(content)
    except SafetensorError as error:
        raise WeightsError(f"{name} is no safetensors file that can be read: {error}.") from error


def _data_bytes(header: bytes) -> int:
    """Return how many bytes of tensors a header tells of; 0 for one that cannot be read, of which the library tells."""
    try:
        places = [entry["data_offsets"][1] for key, entry in json.loads(header).items() if key != "__metadata__"]
        return max((place for place in places if isinstance(place, int)), default=0)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return 0


def _read_index(file: BinaryIO, path: Path, name: str) -> dict[str, Any]:
    """Read weights that lie in several files; the index says in which file each tensor lies."""
    try:
        content = json.load(file)
        places = content["weight_map"]
        parts = sorted(set(places.values()))
        plain = all(isinstance(part, str) and part and Path(part).name == part for part in parts)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise WeightsError(f"{name} is no index of weights: it has no weight_map of keys and files.") from error
    if not plain or any(part.endswith(INDEX) for part in parts):
        raise WeightsError(f"{name} names files that do not lie beside it: {', '.join(map(repr, parts[:3]))}.")
    lacking = [part for part in parts if not (path.parent / part).is_file()]
    if lacking:
        raise WeightsError(
            f"{name} needs {len(parts)} files beside it, of which {len(lacking)} are missing: {', '.join(lacking[:3])}."
        )
    found: dict[str, Any] = {}
    for part in parts:
        content = read(path.parent / part)
        if not isinstance(content, Mapping):
            raise WeightsError(f"{part}, which {name} names, holds no mapping of names to tensors.")
        found |= cast("Mapping[str, Any]", content)
    missing = [key for key in places if key not in found]
    if missing:
        raise WeightsError(f"{name} promises {len(missing)} keys that its files do not hold: {', '.join(missing[:3])}.")
    return {key: found[key] for key in places}


def _of_folder(path: Path) -> str:
    """Say what lies in a folder that was named in place of a file."""
    name = path.name
    inside = sorted(entry.name for entry in path.iterdir())
    if ".metadata" in inside:
        return (
            f"{name} is a folder of torch.distributed.checkpoint. Join it to one file with "
            "`python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER FILE`."
        )
    if "data.pkl" in inside or any((path / entry / "data.pkl").is_file() for entry in inside):
        return f"{name} is a folder: a checkpoint that was unpacked as a ZIP archive. Name the file it came from."
    if "saved_model.pb" in inside:
        return f"{name} is a folder with a TensorFlow SavedModel. Convert it with the tools of that program."
    likely = [entry for entry in inside if entry.endswith((INDEX, ".safetensors", ".pth", ".pt", ".bin", ".ckpt"))]
    some = ", ".join(sorted(likely, key=lambda entry: not entry.endswith(INDEX))[:3])
    return f"{name} is a folder. Name the file{f' in it: {some}' if some else ' that holds the weights'}."
