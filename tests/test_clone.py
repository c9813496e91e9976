"""The links that make a clone importable are made anew, whatever Python wrote beside them."""

from pathlib import Path

import pytest

from scripts import clone


def test_links_are_made_anew_beside_bytecode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clone, "FOLDER", tmp_path)
    clone.link()
    house = tmp_path / "skipscope"
    wanted = {*clone.PARTS, *(file.name for file in clone.FILES.iterdir() if file.is_file())}
    (house / "__pycache__").mkdir()
    (house / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"")
    (house / "gone.py").symlink_to("nowhere")
    clone.link()
    assert {entry.name for entry in house.iterdir()} == wanted
    assert all(entry.exists() for entry in house.iterdir())
    # what links lead to is left alone
    assert all((clone.ROOT / part / "__init__.py").exists() for part in ("app", "model"))
