"""Waiting for a page to come right: figures follow the window, and marks the pointer, in frames that come later."""

from collections.abc import Callable

from playwright.sync_api import Page

TRIES, PAUSE = 200, 50
"""How often is looked, and the milliseconds between: a slow machine needs seconds, a test that passes none of them."""


def faults_at_last(page: Page, look: Callable[[], list[str]]) -> list[str]:
    """Look until nothing is wrong, for ten seconds at most; return what is wrong then."""
    found = look()
    for _ in range(TRIES):
        if not found:
            break
        page.wait_for_timeout(PAUSE)
        found = look()
    return found
