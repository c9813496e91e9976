"""The names that a link may hide are documented, all of them and no others."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_names_that_a_link_hides_are_documented() -> None:
    pages = (ROOT / "templates").glob("*.html")
    named = {name for page in pages for name in re.findall(r'data-(?:control|chart)="([\w-]+)"', page.read_text())}
    rows = re.findall(r"^ *\| (`.*) \| .* \|$", (ROOT / "docs" / "workshop.md").read_text(), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == named
