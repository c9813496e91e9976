"""One's own training on Explore, live: a residual network that nobody here has described, from its own loop."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

from skipscope.model.watch.watching import watch
from tests.browser.conftest import WRITE_TOKEN
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
DROP = """([name, content]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}"""


class Block(nn.Module):
    """A basic block, with a projection where the shape changes."""

    def __init__(self, narrow: int, wide: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(narrow, wide, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.downsample = nn.Conv2d(narrow, wide, 1, stride, bias=False) if narrow != wide else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the shortcut in place."""
        out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        return torch.relu(out)


class Twelve(nn.Module):
    """A residual network of twelve blocks in three stages."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        widths = (4, 8, 16)
        before = (4, 4, 8)
        for stage in range(3):
            first = Block(before[stage], widths[stage], 1 if stage == 0 else 2)
            rest = [Block(widths[stage], widths[stage], 1) for _ in range(3)]
            self.add_module(f"layer{stage + 1}", nn.Sequential(first, *rest))
        self.fc = nn.Linear(16, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Classify."""
        x = self.conv1(x)
        for stage in range(3):
            x = self.get_submodule(f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


class Loop:
    """A user's own training loop, a step at a time."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.net = Twelve()
        self.optimizer = torch.optim.AdamW(self.net.parameters(), 1e-3)
        self.x, self.y = torch.randn(8, 3, 8, 8), torch.randint(10, (8,))

    def steps(self, watched: Any, count: int) -> float:
        """Make steps, and return the last loss."""
        value = 0.0
        for _ in range(count):
            self.optimizer.zero_grad()
            out = self.net(self.x)
            loss = nn.functional.cross_entropy(out, self.y)
            loss.backward()
            self.optimizer.step()
            watched.log(loss=loss, accuracy=(out.argmax(1) == self.y).float().mean())
            value = float(loss.detach())
        return value


def run_of(page: Page, server: str, name: str) -> dict[str, Any]:
    """Wait for the run of a name, and return it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = page.request.get(f"{server}/api/runs", params={"q": name}).json()["runs"]
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError("the run was not begun")


def drop(page: Page, file: Path) -> None:
    """Drop a file on the page, as a browser does."""
    page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])


def test_a_training_streams_live_and_ends_as_one_of_ours_without_controls(page: Page, server: str) -> None:
    loop = Loop()
    name = "twelve <b>blocks</b>"
    html = page.locator("html")
    with watch(loop.net, loop.optimizer, to=server, token=WRITE_TOKEN, name=name, every=1, band=(1e-9, 2e-9),
               band_steps=5) as watched:  # fmt: skip
        loop.steps(watched, 3)
        run = run_of(page, server, "twelve")
        page.goto(f"/?run={run['id']}")
        until(page, "running")
        # the newest record waits for its numbers: they are logged after the step
        expect(html).to_have_attribute("data-step", "1")
        expect(page.locator(".run-status")).to_contain_text("receiving, recorded to 1")
        # its twelve junctions, of which two have projections, by the names of their modules
        places = page.locator(".switches button.skip")
        expect(places).to_have_count(12)
        expect(places.first).to_have_accessible_name("layer1.0, Twelve")
        expect(places.first).not_to_have_role("switch")
        expect(page.locator("#outside")).to_contain_text("12 additions found, 2 with a projection (dotted)")
        expect(page.locator("#outside")).to_contain_text(name)
        for control in ("#presets", "#controls"):
            expect(page.locator(control)).to_be_hidden()
        for button in ("play", "pause", "step", "reset", "Make a copy", "All skips"):
            expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)
        # live: the next steps come without a reload, with what was logged
        last = loop.steps(watched, 5)
        expect(html).to_have_attribute("data-step", "6")
        expect(page.locator("#headline")).to_contain_text("Twelve")
        expect(page.locator("#sentence")).to_contain_text("At step")
        expect(page.locator("#alert")).to_contain_text("left the band 1×10⁻⁹ to 2×10⁻⁹ at step 0")
    until(page, "ready")
    expect(page.locator(".run-status")).to_contain_text("done, recorded to 7")
    twin = page.locator("#twin")
    twin.locator("summary").click()
    gradient = float(
        twin.locator("tr[data-tap='layer1.0'] td[data-measure='gradient_rms']").get_attribute("data-value") or "nan"
    )
    history = page.request.get(f"{server}/api/runs/{run['id']}/history").json()
    (own,) = history["steps"][-1]["variants"]
    at = history["schema"]["variants"][0]["taps"].index("layer1.0")
    assert gradient == pytest.approx(own["values"]["gradient_rms"][at])
    assert own["logged"]["loss"] == pytest.approx(last, rel=1e-3)
    assert own["findings"]
    # a place opens its numbers; the ratio and the numbers of the caller are curves
    places.nth(4).click()
    details = page.locator("#details")
    expect(details).to_contain_text("projection shortcut")
    expect(details).to_contain_text("through the shortcut, L2 norm")
    details.get_by_role("button", name="Close details").click()
    curves = page.get_by_label("Number that the curve draws")
    expect(curves.locator("option")).to_have_text(["loss", "accuracy", "first over last"])
    curves.select_option("first over last")
    expect(page.locator("#chart-curves .js-line").first).to_be_attached()
    # and the list of runs has the alert too
    page.goto("/runs")
    expect(page.locator(f"tr[data-run='{run['id']}'] .runs-alert")).to_contain_text("left the band")


def test_a_file_is_dropped_on_explore_or_chosen_and_sent_nowhere(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKIPSCOPE_URL", raising=False)
    loop = Loop()
    with watch(loop.net, loop.optimizer, name="kept", every=1, folder=tmp_path) as watched:
        loop.steps(watched, 3)
    (file,) = tmp_path.glob("*.skipscope")
    page.goto("/")
    until(page, "ready")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    page.get_by_label("Open a run’s file").set_input_files(file)
    expect(page.locator(".run-status")).to_contain_text(f"recorded to 2, from the file {file.name}")
    expect(page.locator("#outside")).to_contain_text("12 additions found")
    assert "run=" not in page.url
    # a recorder's Parquet too
    page.get_by_label("Open a run’s file").set_input_files(GOLDEN / "outside.parquet")
    expect(page.locator(".run-status")).to_contain_text("recorded to 7, from the file outside.parquet")
    expect(page.locator("#outside")).to_contain_text("1 addition found")
    drop(page, GOLDEN / "zstd.parquet")
    expect(page.locator("#problem")).to_contain_text("zstd.parquet")
    expect(page.locator("#problem")).to_contain_text("compressed with ZSTD; the page reads SNAPPY")
    drop(page, GOLDEN / "outside.skipscope")
    expect(page.locator(".run-status")).to_contain_text("recorded to 7, from the file outside.skipscope")
    broken = tmp_path / "broken.skipscope"
    broken.write_text("{}\n", encoding="utf-8")
    page.get_by_label("Open a run’s file").set_input_files(broken)
    expect(page.locator("#problem")).to_contain_text("broken.skipscope")
    expect(page.locator("#problem")).to_contain_text("its line 1")
    assert sent == []
