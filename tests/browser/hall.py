"""A class in real browsers: a host and members, each with a storage of their own."""

from contextlib import ExitStack

from playwright.sync_api import Browser, BrowserContext, Page, expect


class Class:
    """Readers of one server, each with a browser's storage of their own; errors of their pages fail the test."""

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser, self.server = browser, server
        self.contexts = ExitStack()
        self.wrong: list[str] = []
        self.expected: list[str] = []

    def reader(self, *, phone: bool = False) -> Page:
        context: BrowserContext = self.browser.new_context(
            base_url=self.server, viewport={"width": 375, "height": 812} if phone else {"width": 1440, "height": 900}
        )
        self.contexts.callback(context.close)
        return self.tab(context)

    def tab(self, context: BrowserContext) -> Page:
        """Open a page in a browser that is open already."""
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        return page

    def opened(self, title: str = "Two hours", *, nicknames: bool = False) -> tuple[Page, str]:
        host = self.reader()
        host.goto("/room")
        expect(host.locator("html")).to_have_attribute("data-state", "ready")
        host.get_by_label("Title").fill(title)
        if nicknames:
            host.get_by_label("Members may choose nicknames").check()
        host.get_by_role("button", name="Open", exact=True).click()
        host.wait_for_url("**/host")
        return host, host.url.split("/")[-2]


def join(page: Page, code: str) -> None:
    """Follow the link, and join: two taps in all, the link's own included."""
    page.goto(f"/r/{code.lower()}")
    expect(page.locator(".room-name")).not_to_be_empty()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("The first task appears here.")).to_be_visible()
