"""A view in a real JupyterLab: live while the cell trains, drawn by the page's own modules, nothing asked outside."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import jupyter

pytestmark = pytest.mark.browser
TRAIN = """
from pathlib import Path
import torch
import skipscope
from skipscope import Recorder, ResNet, preset

small = dict(norm="none", init="xavier_normal", image_size=8, in_channels=1, num_classes=10)
net = ResNet(preset("resnet20", **small), seed=0)
optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
with Recorder(net) as recorder:
    view = skipscope.show(recorder)
    display(view)
    while not Path("stop").exists():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(torch.randn(16, 1, 8, 8)), torch.arange(16) % 10)
        loss.backward()
        optimizer.step()
        view.log(loss=loss)
        recorder.read()
"""
ANYBODYS = """
from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.linear = nn.LayerNorm(16), nn.Linear(16, 16)

    def forward(self, x):
        return x + self.linear(nn.functional.gelu(self.norm(x)))

nets = [nn.Sequential(nn.Linear(8, 16), Block(), Block(), Block(), nn.Linear(16, 2)) for _ in range(2)]
with Recorder(nets[0]) as a, Recorder(nets[1]) as b:
    display(skipscope.show(a))
    display(skipscope.show(a, b, labels=["one", "other"]))
    for _ in range(3):
        for net, recorder in zip(nets, (a, b)):
            net(torch.randn(4, 8)).square().mean().backward()
            recorder.read()
"""
PAINTED = """canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the JupyterLab of these tests."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="module")
def lab(home: Path) -> Iterator[str]:
    """Start JupyterLab."""
    with jupyter.lab(home) as url:
        yield url


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    """Open a page; nothing may be asked of another machine, and no script may fail."""
    context = browser.new_context(base_url=lab, viewport={"width": 1440, "height": 1000})
    wrong: list[str] = []
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if leaves(request.url) else None)
    yield page
    context.close()
    assert wrong == []


def leaves(url: str) -> bool:
    """Say whether an address is of another machine."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1"


def run(page: Page, name: str) -> None:
    """Open a notebook and run its cells."""
    # in a workspace of its own, which restores no other notebook
    page.goto(f"/lab/workspaces/{Path(name).stem}/tree/{name}?token={jupyter.TOKEN}")
    # the status bar names a kernel's state when the page is connected to it
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def test_the_view_is_live_while_its_cell_trains(page: Page, home: Path) -> None:
    jupyter.write(home / "work" / "live.ipynb", TRAIN, ANYBODYS)
    run(page, "live.ipynb")
    view = page.locator(".skipscope .cell").first
    prompt = page.locator(".jp-InputPrompt").first
    # the cell goes on until the file is there: all that is seen until then is seen while it trains
    expect(view).to_have_attribute("data-state", "running", timeout=60_000)
    first = int(view.get_attribute("data-step") or "0")
    expect(view).not_to_have_attribute("data-step", str(first))
    expect(prompt).to_have_text("[*]:")
    expect(view.locator("[data-part='diagram'] svg:not(.patterns)").first).to_be_visible()
    # nothing is drawn that nobody can see
    view.locator("[data-part='heatmap']").scroll_into_view_if_needed()
    canvas = view.locator(".heatmap-canvas").first
    expect(canvas).to_be_visible()
    assert canvas.evaluate(PAINTED) > 8, "colours of numbers"
    expect(view.locator("[data-part='gradient'] .scatterlayer path.js-line").first).to_be_attached()
    (home / "work" / "stop").touch()
    expect(prompt).to_have_text("[1]:")
    # networks of anybody: one with the ladder of its junctions, two with their charts
    for number, lines in ((1, 1), (2, 2)):
        other = page.locator(".skipscope .cell").nth(number)
        expect(other).to_have_attribute("data-step", "2")
        other.scroll_into_view_if_needed()
        expect(other.locator("[data-part='diagram'] svg:not(.patterns)").first).to_be_visible(visible=number == 1)
        drawn = other.locator("[data-part='gradient'] .chart-labels span:visible")
        expect(drawn.filter(has_text=re.compile(r"\S"))).to_have_count(lines)
    view.scroll_into_view_if_needed()
    view.get_by_text("The same numbers as tables").click()
    expect(view.get_by_role("rowheader", name="layer3.2", exact=True).first).to_be_visible()
    # from within the view: its own keys are its own, and the notebook's commands are heard
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url):
        page.keyboard.press("Control+s")
    saved = home / "work" / "live.ipynb"
    (output,) = nbformat.read(saved, as_version=4).cells[0].outputs
    assert "ResNet-20, step" in output.data["text/plain"]
    assert "<svg" in output.data["image/svg+xml"]
    assert saved.stat().st_size < 60_000
