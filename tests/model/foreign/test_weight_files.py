"""Whatever lies in a file, reading it ends in weights or in one WeightsError that says what the file is."""

import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save, save_file
from torch import nn

from skipscope import load_weights
from skipscope.model.foreign.weight_files import WeightsError, read

NET = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
STATE = NET.state_dict()


def saved(content: Any, **how: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, **how)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, weight=np.ones(2))
    return file.getvalue()


def program() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.trace(nn.Linear(1, 1), torch.ones(1, 1)), file)
    return file.getvalue()


FOREIGN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty: 0 bytes"),
    "page": (b"<html><body>Sign in</body></html>", "it is an HTML page"),
    "text": (b"no weights at all", "it is a text that begins with 'no weights at all'"),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\n", r"it is a Git LFS pointer\. Run `git lfs pull`"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "it is an HDF5 file, as Keras"),
    "ONNX": (b"\x08\x07\x12\x07pytorch", "it is an ONNX model"),
    "gzip": (b"\x1f\x8b\x08\0", r"it is a gzip archive\. Unpack it first"),
    "pickle": (b"\x80\x04}\x94.", "it is a Python pickle that torch.save did not write"),
    "documents": (zipped(a__txt=b"a", b__txt=b"b"), r"it is a ZIP archive of 2 files \(a\.txt, b\.txt\)\. Unpack it"),
    "an archive with the weights in it": (zipped(net__pth=saved(STATE)), r"1 files \(net\.pth\)\. Unpack it first"),
    "no documents": (zipped(), "an empty ZIP archive"),
    "Keras": (zipped(**{"model__weights__h5": b"", "config__json": b"{}"}), "it is a Keras model"),
    "torch.export": (zipped(archive_format=b"pt2"), "it is a program of torch.export"),
    "a list": (saved([1, 2]), "holds no state dict.* It holds a value of type list"),
    "settings": (saved({"epoch": 3, "lr": 0.1}), "holds no state dict.* It holds epoch, lr"),
    "an object": (saved({"a": Path("x")}), "holds no state dict.* a is made by pathlib.*, and nothing is run"),
    "no tensors": (save({}), "holds no state dict.* It holds nothing"),
    "JSON": (b'{"a": 1}', "it is a JSON text"),
    "noise": (bytes(range(255, 100, -1)), "it is nothing known: it begins with the bytes ff fe"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".pth", ".safetensors", ".ckpt"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_named(kind: str, suffix: str, tmp_path: Path) -> None:
    content, said = FOREIGN[kind]
    path = tmp_path / f"resnet{suffix}"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=said) as caught:
        load_weights(path)
    assert str(caught.value).startswith(path.name)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:.*TorchScript.*", "ignore:.*torch.jit.*")
def test_programs_and_arrays_are_named(tmp_path: Path) -> None:
    for content, said in ((program(), "a TorchScript program"), (arrays(), r"an archive of NumPy arrays \(\.npz\)")):
        (tmp_path / "a.pt").write_bytes(content)
        with pytest.raises(WeightsError, match=said):
            load_weights(tmp_path / "a.pt")


def test_a_tar_archive_is_named_and_not_unpacked(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "checkpoint.pth.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("storages"))
    with pytest.raises(WeightsError, match=r"a tar archive\. Unpack it first"):
        load_weights(tmp_path / "checkpoint.pth.tar")


FORMS: dict[str, Callable[[], bytes]] = {
    "archive": lambda: saved(STATE),
    "before 1.6": lambda: saved(STATE, _use_new_zipfile_serialization=False),
    "safetensors": lambda: save(STATE),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_cut_off_says_so(form: str, tmp_path: Path) -> None:
    content = FORMS[form]()
    for length in range(100, len(content), 97):
        (tmp_path / "a.pth").write_bytes(content[:length])
        with pytest.raises(WeightsError, match="cut off"):
            load_weights(tmp_path / "a.pth")


def test_a_flipped_bit_in_an_archive_is_noticed(tmp_path: Path) -> None:
    content = bytearray(saved({"weight": torch.ones(1000)}))
    content[content.find(torch.ones(8).numpy().tobytes()) + 2001] ^= 1
    (tmp_path / "a.pth").write_bytes(content)
    assert not torch.equal(torch.load(tmp_path / "a.pth")["weight"], torch.ones(1000)), "torch reads on"
    with pytest.raises(WeightsError, match="damaged"):
        load_weights(tmp_path / "a.pth")


def test_an_archive_without_checksums_is_read(tmp_path: Path) -> None:
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(STATE, tmp_path / "a.pth")
    finally:
        torch.serialization.set_crc32_options(True)
    assert set(load_weights(tmp_path / "a.pth")) == set(STATE)


def test_an_archive_that_was_packed_anew_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    for content, size in ((STATE, 0), ({"weight": torch.zeros(4_000_000)}, 16_000_000)):
        with zipfile.ZipFile(io.BytesIO(saved(content))) as old, zipfile.ZipFile(tmp_path / "a", "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name), zipfile.ZIP_BZIP2 if size else zipfile.ZIP_DEFLATED)
        if size:
            with pytest.raises(WeightsError, match="claim more than 1000 times"):
                load_weights(tmp_path / "a")
        else:
            assert set(load_weights(tmp_path / "a")) == set(STATE)


def split(folder: Path, form: str) -> Path:
    """Write a state dict in two files and their index, as the Hugging Face hub holds large ones."""
    keys = list(STATE)
    places: dict[str, str] = {}
    for number, part in enumerate((keys[:3], keys[3:]), 1):
        name = f"model-{number:05}-of-00002.{form}"
        content = {key: STATE[key] for key in part}
        if form == "safetensors":
            save_file(content, folder / name)
        else:
            torch.save(content, folder / name)
        places |= dict.fromkeys(part, name)
    path = folder / f"model.{form}.index.json"
    path.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}, indent=2))
    return path


@pytest.mark.parametrize("form", ["safetensors", "bin"])
def test_weights_in_several_files_are_read_by_their_index(form: str, tmp_path: Path) -> None:
    index = split(tmp_path, form)
    loaded = load_weights(index)
    assert all(torch.equal(loaded[key], value) for key, value in STATE.items())
    (tmp_path / f"model-00002-of-00002.{form}").unlink()
    with pytest.raises(WeightsError, match=r"needs 2 files beside it, of which 1 are missing: model-00002-of-00002"):
        load_weights(index)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no index of weights"), ("[]", "no index of weights"), ("{}", "no index of weights"),
        ('{"weight_map": {"a": ["b"]}}', "no index of weights"), ('{"weight_map": {"a": 3}}', "do not lie beside it"),
        ('{"weight_map": {"a": "../secret.pth"}}', "do not lie beside it"),
        ('{"weight_map": {"a": "/etc/passwd"}}', "do not lie beside it"),
        ('{"weight_map": {"a": "model.safetensors.index.json"}}', "do not lie beside it"),
        ('{"weight_map": {"a": "other.pth"}}', "promises 1 keys that its files do not hold: a"),
    ],
)  # fmt: skip
def test_an_index_that_is_none_is_refused(content: str, said: str, tmp_path: Path) -> None:
    save_file(STATE, tmp_path / "other.pth")
    (tmp_path / "model.safetensors.index.json").write_text(content)
    with pytest.raises(WeightsError, match=said):
        load_weights(tmp_path / "model.safetensors.index.json")


def test_a_place_that_is_no_file_is_named(tmp_path: Path) -> None:
    save_file(STATE, tmp_path / "model.safetensors")
    (tmp_path / "archive").mkdir()
    os.mkfifo(tmp_path / "pipe.pth")
    (tmp_path / "link.pth").symlink_to(tmp_path / "gone.pth")
    (tmp_path / "loop.pth").symlink_to(tmp_path / "loop.pth")
    for name, said in {
        "": r"is a folder\. Name the file in it: link\.pth, loop\.pth, model\.safetensors",
        "archive": r"archive is a folder\. Name the file that holds",
        "pipe.pth": "is no file, but a device or a pipe",
        "link.pth": r"no such file\. It is a link to nothing",
        "loop.pth": "no such file|cannot be read",
        "none.pth": "no such file",
        "model.safetensors/a": "no such file|cannot be read",
        "a\0b": "no path|no such file",
        "n" * 300: "cannot be read: File name too long",
        "caf\udce9.pth": r"caf\\xe9\.pth.*no such file",
    }.items():
        with pytest.raises(WeightsError, match=said):
            read(tmp_path / name)
    for inside, said in {
        "data.pkl": "unpacked as a ZIP",
        ".metadata": "dcp_to_torch",
        "saved_model.pb": "SavedModel",
    }.items():
        (tmp_path / "archive" / inside).touch()
        with pytest.raises(WeightsError, match=said):
            read(tmp_path / "archive")
        (tmp_path / "archive" / inside).unlink()


def test_weights_of_a_device_that_is_not_here_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.serialization, "location_tag", lambda _: "cuda:3")  # as a machine with four of them saves
    for zipped_form in (True, False):
        torch.save(STATE, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped_form)
        assert {value.device.type for value in load_weights(tmp_path / "a.pth").values()} == {"cpu"}


def test_an_address_is_no_path_and_a_home_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsError, match="It is an address; fetch the file first"):
        load_weights("https://example.org/resnet50.pth")
    monkeypatch.setenv("HOME", str(tmp_path))
    save_file(STATE, tmp_path / "a.safetensors")
    assert set(load_weights("~/a.safetensors")) == set(STATE)


def test_a_name_that_is_no_utf_8_is_read(tmp_path: Path) -> None:
    for content in (save(STATE), saved(STATE)):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.pth"))
        path.write_bytes(content)
        assert set(load_weights(path)) == set(STATE)
