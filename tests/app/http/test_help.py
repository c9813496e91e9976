"""The glossary and the documents over HTTP: kept for ever under the digest, compressed, and whole."""

import json
import re
from html import escape
from typing import Any

import brotli
import pytest

PLACE = r'data-glossary="([^"]+)"'


def address(api: Any, path: str = "/") -> str:
    """Return where a page says that the glossary is."""
    (found,) = re.findall(PLACE, api.http.get(path).text)
    return found


def test_the_glossary_is_kept_for_ever_under_its_digest(api: Any) -> None:
    url = address(api)
    assert {address(api, path) for path in ("/learn", "/learn/problem", "/runs", "/docs/glossary")} == {url}
    answer = api.http.get(url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    known = answer.json()
    assert {one["name"] for one in known["terms"]} >= {"rms", "gradient"}
    assert known["parts"]["gradient"]["chapter"] == {"title": "The problem", "href": "/learn/problem"}
    assert known["parts"]["setting-norm"]["says"]
    slugs = [row["slug"] for row in api.http.get("/api/lessons").json()]
    assert [one["href"] for one in known["chapters"]] == [f"/learn/{slug}" for slug in slugs]
    again = api.http.get("/glossary/000000000000.json")
    assert (again.headers["cache-control"], again.json()) == ("no-cache", known)
    same = api.http.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    with api.http.stream("GET", url, headers={"Accept-Encoding": "br"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert len(raw) < 12_000
    assert brotli.decompress(raw) == answer.content
    (tour,) = re.findall(r'<script type="application/json" id="tour">(.*?)</script>', api.http.get("/").text)
    assert [one["chapter"] and one["chapter"]["href"] for one in json.loads(tour)] == [None] * 4 + ["/learn/problem"]


def test_documents_are_pages(api: Any) -> None:
    known = api.http.get(address(api)).json()
    for document in known["docs"]:
        answer = api.http.get(document["href"])
        assert answer.status_code == 200
        assert '<article class="document"><h1 id=' in answer.text
        assert f"<title>{escape(document['title'], quote=True)} · Skipscope</title>" in answer.text.replace(
            "&#39;", "&#x27;"
        )
    assert '<h2 id="rms">RMS</h2>' in api.http.get("/docs/glossary").text
    assert api.http.get("/docs", follow_redirects=False).headers["location"] == "/docs/glossary"


@pytest.mark.parametrize(("path", "status"), [("/docs/nothing", 404), ("/docs/..%2fREADME", 404), ("/docs/A.b", 422)])
def test_another_document_is_refused(api: Any, path: str, status: int) -> None:
    answer = api.http.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
