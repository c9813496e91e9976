"""Settings come from the environment, refuse what is out of range, and are all in the documents."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from skipscope.app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_lists_every_setting_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `SKIPSCOPE_(\w+)` \| (.*?) \|", text, flags=re.MULTILINE))
    expected = {
        name.upper(): f"`{field.default}`" if str(field.default) else "empty"
        for name, field in Settings.model_fields.items()
    }
    assert listed == expected


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_SLOTS", "3")
    assert Settings.model_validate({}).slots == 3


def test_what_is_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_SLOTS", "0")
    with pytest.raises(ValidationError, match="slots"):
        Settings.model_validate({})
