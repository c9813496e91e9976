"""Take the pictures of the documents from the real pages: Explore after a training of a hundred steps, and a room."""

import re
import sys
import tempfile
from pathlib import Path

from chromium import FLAGS, executable, returning
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright
from roompictures import flag, take_room
from serving import serving

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
# name, width, height, theme
PICTURES = (("explore", 1440, 900, "light"),)


def take(folder: Path) -> None:
    """Write each picture below `folder` as a PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        serving(Path(data)) as (url, _),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, flag(url)]) as browser,
    ):
        take_room(browser, url, folder)
        for name, width, height, theme in PICTURES:
            take_explore(browser, url, folder / f"{name}.png", (width, height, theme))


def take_explore(browser: Browser, url: str, path: Path, of: tuple[int, int, str]) -> None:
    """Write a picture of Explore after a training."""
    width, height, theme = of
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
        storage_state=returning(url),
    )
    page.goto(url)
    page.get_by_role("button", name="play").click()
    root = page.locator("html")
    expect(root).to_have_attribute("data-step", re.compile(r"^\d{3,}$"), timeout=120_000)
    page.get_by_role("button", name="pause").click()
    expect(root).to_have_attribute("data-state", "paused")
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    # every colour as it is: the ramps and the codes of the legend are read by it
    Image.open(path).convert("RGB").save(path, optimize=True)
    page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
