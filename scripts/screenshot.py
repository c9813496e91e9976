"""Take the pictures of the documents from the real page, after a real training of a hundred steps."""

import re
import sys
import tempfile
from pathlib import Path

from chromium import FLAGS, executable, returning
from PIL import Image
from playwright.sync_api import expect, sync_playwright
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
        playwright.chromium.launch(executable_path=executable(), args=list(FLAGS)) as browser,
    ):
        for name, width, height, theme in PICTURES:
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
            path = folder / f"{name}.png"
            page.screenshot(path=path)
            # every colour as it is: the ramps and the codes of the legend are read by it
            Image.open(path).convert("RGB").save(path, optimize=True)
            page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
