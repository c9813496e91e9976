"""How the page is laid out for the presets that matter: landmarks, what is drawn, and that nothing lies over another.

The golden file holds geometry, not pixels, and nothing of it hangs on what was measured.
SKIPSCOPE_UPDATE_GOLDEN=1 writes it anew.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "page.json"
ROOM = 12
"""Pixels by which a place may differ: fonts differ between machines."""
PLACES = {
    "plain-56 beside ResNet-56": "/",
    "ResNet-18": "/?net=resnet18",
    "ResNet-50": "/?net=resnet50",
    "ResNet-152": "/?net=resnet152",
    "ResNet-1202": "/?net=resnet1202",
    "PreAct-ResNet-110": "/?net=preact_resnet110",
    "WRN-16-8": "/?net=wrn_16_8",
    "SE-ResNet-50": "/?net=seresnet50",
}
MEASURED = re.compile(r"[xF] ")
SIZES = {"desk": (1440, 900), "phone": (375, 812)}
LANDMARKS = (
    "header, .controls, .diagram-panel, #diagram, [data-chart=gradient], [data-chart=activation], "
    "[data-chart=curves], [data-chart=branch], .heatmap-panel, #twin"
)
READ = """landmarks => {
  const box = (one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x + scrollX, y + scrollY, width, height].map(Math.round);
  };
  const seen = (one) => one.getClientRects().length > 0 && one.getBoundingClientRect().width > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  return {
    layout: document.querySelector('#diagram').dataset.layout,
    landmarks: all(landmarks).map((one) => [one.id || one.dataset.chart || one.className || one.localName, box(one)]),
    boxes: all('#diagram .barlayer .point > path').length,
    switches: all('#diagram [role=switch]').length,
    texts: all('#diagram .textpoint text').map((one) => [one.textContent, box(one)]),
    overflow: document.documentElement.scrollWidth - innerWidth,
  };
}"""


def read(page: Page) -> dict[str, Any]:
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=90_000)
    expect(page.locator("#diagram .textpoint text").first).to_be_visible()
    return page.evaluate(READ, LANDMARKS)


def overlapping(texts: list[tuple[str, list[int]]]) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes share more than a sliver."""
    found: list[tuple[str, str]] = []
    for i, (one, (x, y, w, h)) in enumerate(texts):
        for other, (u, v, s, t) in texts[i + 1 :]:
            shared = min(x + w, u + s) - max(x, u), min(y + h, v + t) - max(y, v)
            if shared[0] > 2 and shared[1] > 3:
                found.append((one, other))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLACES)
def test_the_page_is_laid_out_as_it_was(page: Page, name: str, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(PLACES[name])
    now = read(page)
    texts = now.pop("texts")
    assert now.pop("overflow") <= 0, "the page scrolls sideways"
    assert overlapping(texts) == []
    now["texts"] = [text for text, _ in texts if not MEASURED.match(text)]
    golden: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    key = f"{name}, {size}"
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        golden[key] = now
        lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in sorted(golden.items()))
        GOLDEN.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    held = golden[key]
    for part in ("layout", "boxes", "switches", "texts"):
        assert now[part] == held[part], part
    assert [one for one, _ in now["landmarks"]] == [one for one, _ in held["landmarks"]]
    for (landmark, box), (_, was) in zip(now["landmarks"], held["landmarks"], strict=True):
        assert all(abs(a - b) <= ROOM for a, b in zip(box, was, strict=True)), f"{landmark}: {box}, was {was}"
