"""tests/golden/presets.json holds the presets and what a search finds among them, as the model says; the page's search
is tested with it."""

import json
import os
from pathlib import Path

from skipscope.model.describe.names import search
from skipscope.model.describe.presets import PRESETS

GOLDEN = Path(__file__).parent / "golden" / "presets.json"
SEARCHES = (
    "ResNet-50", "resnet 50", "RESNET50", "wrn 28", "WRN-28-10", "se_resnet50", "SE-ResNet-50", "resnet50d", "plain",
    "ResNeXt", "wide resnet", "1202", "pre-activation ResNet-164",
)  # fmt: skip


def test_golden_presets_are_current() -> None:
    rows = [
        {name: getattr(one, name) for name in ("name", "title", "family", "summary", "paper")}
        | {"stem": one.architecture.stem}
        for one in PRESETS.values()
    ]
    made = {"presets": rows, "searches": {text: search(text) for text in SEARCHES}}
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == made, "set SKIPSCOPE_UPDATE_GOLDEN=1 to write it anew"
