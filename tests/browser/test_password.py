"""The page behind a workshop's password: everything that it loads, asks for and follows is let in with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, HttpCredentials, expect

from scripts.chromium import returning
from scripts.serving import serving
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser
WORD = "grüße an alle"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server with a password."""
    chosen = {"SKIPSCOPE_PASSWORD": WORD, "OMP_NUM_THREADS": "1"}
    with serving(tmp_path_factory.mktemp("locked"), environment=chosen) as (url, _):
        yield url


def test_with_the_password_the_page_measures_trains_and_is_saved(browser: Browser, locked: str, tmp_path: Path) -> None:
    credentials: HttpCredentials = {"username": "anybody", "password": WORD}
    context = browser.new_context(base_url=locked, http_credentials=credentials, storage_state=returning(locked))
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status == 401 and opened else None)
    opened = False
    page.goto("/?steps=6")
    opened = True
    until(page, "ready")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator("html")).not_to_have_attribute("data-step", "0", timeout=60_000)
    until(page, "ready")
    page.goto("/runs")
    until(page, "ready")
    page.locator("details summary", has_text="Export").first.click()
    with page.expect_download() as saved:
        page.locator("a[href$='offline.html']").first.click()
    file = tmp_path / "run.html"
    saved.value.save_as(file)
    assert '"type":"step"' in file.read_text(encoding="utf-8")
    context.close()
    assert wrong == []


@pytest.mark.parametrize("word", [None, "gruesse an alle"])
def test_without_it_nothing_of_the_page_is_shown(browser: Browser, locked: str, word: str | None) -> None:
    credentials = {"http_credentials": {"username": "anybody", "password": word}} if word else {}
    context = browser.new_context(base_url=locked, **credentials)  # pyright: ignore[reportArgumentType]
    for path in ("/", "/runs", "/static/js/pages/explore.js", "/api/runs", "/metrics", "/openapi.json"):
        answer = context.request.get(path)
        assert answer.status == 401
        assert "Skipscope is" not in answer.text()
        assert "resnet" not in answer.text()
    context.close()
