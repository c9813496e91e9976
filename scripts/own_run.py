"""Take the pictures of one's own run: a small residual network that trains in its own loop, watched by a server."""

import json
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

import torch
from chromium import FLAGS, executable, returning
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from serving import serving
from torch import Tensor, nn

from skipscope import watch

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
NAME, TOKEN = "first try", "a write token of a picture"
STEPS, BAND = 120, (0.5, 50.0)
PICTURES = (("own-run", "light"), ("own-run-dark", "dark"))


class Block(nn.Module):
    """Two convolutions and a shortcut, which is a projection where the width changes."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        stride = 1 if narrow == wide else 2
        self.conv1 = nn.Conv2d(narrow, wide, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.downsample = nn.Identity() if narrow == wide else nn.Conv2d(narrow, wide, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Add both paths."""
        out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(out + self.downsample(x))


class MyResNet(nn.Module):
    """Twelve blocks in three stages."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        widths = (8, 8, 8, 8, 8, 16, 16, 16, 16, 32, 32, 32, 32)
        for stage in range(3):
            own = widths[4 * stage : 4 * stage + 5]
            self.add_module(f"layer{stage + 1}", nn.Sequential(*map(Block, own, own[1:])))
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Classify."""
        x = self.conv1(x)
        for stage in range(3):
            x = self.get_submodule(f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


def train(url: str) -> None:
    """Train as a user does, watched."""
    torch.manual_seed(0)
    net = MyResNet()
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3)
    x, y = torch.randn(64, 3, 16, 16), torch.randint(10, (64,))
    with watch(net, optimizer, to=url, token=TOKEN, name=NAME, every=1, band=BAND, band_steps=10) as watched:
        for _ in range(STEPS):
            optimizer.zero_grad()
            out = net(x)
            loss = nn.functional.cross_entropy(out, y)
            loss.backward()
            optimizer.step()
            watched.log(loss=loss, accuracy=(out.argmax(1) == y).float().mean())


def take(folder: Path) -> None:
    """Write each picture below `folder` as a PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data), environment={"SKIPSCOPE_WRITE_TOKEN": TOKEN}) as (url, _),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable(), args=list(FLAGS)) as browser,
    ):
        train(url)
        with urllib.request.urlopen(f"{url}/api/runs?q={urllib.parse.quote(NAME)}") as answer:
            (run,) = json.load(answer)["runs"]
        for name, theme in PICTURES:
            page = browser.new_page(
                viewport={"width": 1440, "height": 900},
                color_scheme="light" if theme == "light" else "dark",
                storage_state=returning(url),
            )
            page.goto(f"{url}/?run={run['id']}")
            expect(page.locator("html")).to_have_attribute("data-step", str(STEPS - 1), timeout=60_000)
            page.wait_for_timeout(800)
            path = folder / f"{name}.png"
            page.screenshot(path=path)
            # 256 colours, none of which is more than 9 of 255 off: a third of the bytes
            whole = Image.open(path).convert("RGB")
            whole.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
            page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
