"""Documents as pages: their links lead to pages of the server, or are plain text."""

import re

from skipscope.app.learn.documents import DOCS, documents
from skipscope.app.learn.shelf import OWN, read_folder


def test_every_document_is_a_page_whose_links_lead_somewhere() -> None:
    found = documents()
    assert set(found) == {path.stem for path in DOCS.glob("*.md")}
    assert next(iter(found)) == "glossary"
    chapters = {f"/learn/{one.name}" for one in read_folder(OWN)}
    for document in found.values():
        assert document.title, document.name
        for href in re.findall(r'href="([^"]*)"', document.html):
            if re.match(r"https?:", href) or href in chapters:
                continue
            path, _, anchor = href.partition("#")
            name = path.removeprefix("/docs/") if path else document.name
            assert name in found, f"{document.name}: {href}"
            assert not anchor or f'id="{anchor}"' in found[name].html, f"{document.name}: {href}"


def test_a_place_of_a_clone_alone_is_no_link() -> None:
    html = documents()["workshop"].html
    assert "<a>" in html or "../" not in html
    assert 'href="../' not in "".join(one.html for one in documents().values())
