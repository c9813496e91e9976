"""The page's modules as few files: of the sources as they are, and whole."""

import json
import re
from pathlib import Path

import brotli
import pytest

from scripts import bundle


def test_set_up_made_the_files_of_the_modules_as_they_are() -> None:
    if not bundle.is_current():  # in a clone in which somebody works on the page
        bundle.build()
    assert bundle.is_current()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the files elsewhere."""
    monkeypatch.setattr(bundle, "FOLDER", tmp_path / "vendor" / "page")
    bundle.build()
    return tmp_path / "vendor" / "page"


def test_what_a_page_loads_at_once_imports_nothing_else_at_once(made: Path) -> None:
    pages = json.loads((made / "bundle.json").read_text())["pages"]
    assert set(pages) == set(bundle.PAGES)
    for name, files in pages.items():
        assert files[0] == f"{name}.js"
        for file in files:
            text = (made / file).read_text(encoding="utf-8")
            at_once = re.findall(r'(?:from|import)"\./([\w-]+\.js)"', text)
            assert set(at_once) <= set(files), file
            assert brotli.decompress((made / f"{file}.br").read_bytes()).decode() == text


def test_a_page_that_stands_alone_has_one_file(made: Path) -> None:
    text = (made / "alone.js").read_text(encoding="utf-8")
    assert not re.search(r'\bimport\s*[({"]|\bfrom\s*"', text)
    assert not (made / "alone.js.br").exists()


def test_a_module_that_changed_is_noticed(made: Path) -> None:
    known = json.loads((made / "bundle.json").read_text())
    assert "js/figure/layout.js" in known["sources"]
    assert bundle.is_current()
    known["sources"]["js/figure/layout.js"] = "0" * 64
    (made / "bundle.json").write_text(json.dumps(known))
    assert not bundle.is_current()
