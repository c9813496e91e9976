"""The kind of job in docs/jobs.md works as it stands there."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from skipscope.model.jobs.kind import starter
from skipscope.model.kinds import Kinds

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "jobs.md").read_text(encoding="utf-8")
SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module of the document."""
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    found = ModuleType("seeds")
    monkeypatch.setitem(sys.modules, "seeds", found)
    exec(code, vars(found))  # noqa: S102
    return found


def test_it_is_found_by_the_address_that_the_document_names(module: ModuleType) -> None:
    (address,) = re.findall(r"SKIPSCOPE_KINDS=(\S+)", TEXT)
    assert Kinds([address]).experiments["seeds"] is module.SEEDS


def test_it_finds_what_it_says(module: ModuleType) -> None:
    kind: Any = module.SEEDS
    request = kind.request.model_validate({"variants": [SMALL], "batch_size": 8, "num_seeds": 3})
    estimate = kind.estimate(request)
    assert estimate.seconds > 0
    assert estimate.bytes > 0
    events = list(starter(kind.start)(request, None).events)
    assert [event.kind for event in events if event] == ["progress", "partial"] * 3 + ["result"]
    found = events[-1]
    assert found is not None
    losses = found.data["result"]["losses"]
    assert len(set(losses)) == 3
    assert found.data["result"]["least"] == min(losses)
    assert found.data["figure"]["data"][0]["y"] == losses
