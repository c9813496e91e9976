"""Take the pictures of a room from the real pages: a class of forty that was never there answers a real server."""

import random
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import APIRequestContext, APIResponse, Browser, Page, ViewportSize, expect

ADDRESS = "192.168.1.20:8000"
"""Of the server, as a hall's network may have it; Chromium is told that this is the one here."""
WALL: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 812}
MEMBERS = 40
LESSON = {"lesson": "problem", "step": 1}
COLOURS = 128
DEPTHS = (20, 32, 44, 56, 110)
KINDS = (
    "plain{},norm:none,init:xavier_normal", "resnet{},norm:none,init:xavier_normal", "plain{}", "resnet{}",
    "plain{},norm:none,init:kaiming_normal",
)  # fmt: skip


def flag(url: str) -> str:
    """Return the flag with which Chromium finds the server at ADDRESS."""
    return f"--host-resolver-rules=MAP {ADDRESS} {urlsplit(url).netloc}"


class Room:
    """A room with its host's page, and members that are keys alone."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self.chance = random.Random(7)  # noqa: S311
        self.host = self._page(WALL)
        self.host.goto(f"http://{ADDRESS}/room")
        self.host.get_by_label("Title").fill("Residual networks, two hours")
        self.host.get_by_role("button", name="Open", exact=True).click()
        self.host.wait_for_url("**/host")
        self.code = self.host.url.split("/")[-2]
        self._url = f"{url}/api/rooms/{self.code}"
        self._http: APIRequestContext = self.host.request
        self.members = [f"{number:032x}" for number in range(1, MEMBERS + 1)]

    def _page(self, size: ViewportSize) -> Page:
        return self._browser.new_page(viewport=size, color_scheme="light")

    def phone(self) -> Page:
        """Join with a phone."""
        page = self._page(PHONE)
        page.goto(f"http://{ADDRESS}/room/{self.code}")
        page.get_by_role("button", name="Join").click()
        expect(page.locator(".room-bar span")).not_to_be_empty()
        return page

    def join(self) -> None:
        """Have the class take its seats."""
        for key in self.members:
            done(self._http.post(f"{self._url}/members", data={"key": key}))

    def answer(self, middle: float, members: list[str]) -> None:
        """Have members answer, around a decade."""
        for key in members:
            value = 10 ** min(1.0, max(-15.0, self.chance.gauss(middle, 2.5)))
            body = {"value": value, "sure": self.chance.randint(1, 5)}
            done(self._http.put(f"{self._url}/questions/1/answers/{key}", data=body))

    def show_networks(self) -> None:
        """Have members show networks of theirs on the wall."""
        shown = [kind.format(depth) for kind in KINDS for depth in DEPTHS]
        for key, network in zip(self.members, shown, strict=False):
            done(self._http.put(f"{self._url}/members/{key}/network", data={"address": f"/?net={network}"}))


def done(answer: APIResponse) -> Any:
    """Return what was answered; raise where it was refused."""
    if not answer.ok:
        raise RuntimeError(f"{answer.url} answered {answer.status}: {answer.text()}")
    return answer.json()


def take_room(browser: Browser, url: str, folder: Path) -> None:
    """Write the pictures `room-*.png`."""
    room = Room(browser, url)
    room.join()
    phone = room.phone()
    host = room.host
    expect(host.get_by_text(f"{MEMBERS + 1} are here")).to_be_visible()
    _save(host, folder / "room-code.png")
    host.keyboard.press("t")
    host.get_by_role("button", name="Prepare The problem: How small?").click()
    host.get_by_role("button", name="Prepare The problem: A product").click()
    _save(host, folder / "room-tasks.png")
    host.get_by_role("button", name="Send The problem: How small?").first.click()
    host.get_by_role("button", name="+30 s").click()
    room.answer(-2, room.members)
    phone.get_by_role("slider").fill("-16")
    phone.locator(".room-sure label").nth(2).click()
    _save(phone, folder / "room-phone.png")
    phone.get_by_role("button", name="Send").click()
    host.get_by_role("button", name="Discuss").click()
    host.get_by_role("button", name="Predict again").click()
    room.show_networks()
    room.answer(-7, room.members[:31])
    expect(host.locator(".room-answered")).to_contain_text("31")
    expect(host.locator(".room-wall-networks a.room-dot")).to_have_count(len(KINDS) * len(DEPTHS), timeout=60_000)
    _save(host, folder / "room-wall.png")
    host.get_by_role("button", name="Reveal").click()
    for page, name in ((host, "room-reveal.png"), (phone, "room-phone-reveal.png")):
        expect(page.locator(".room-truth")).not_to_be_empty()
        _save(page, folder / name)


def _save(page: Page, path: Path) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    page.screenshot(path=path, animations="disabled")
    # few colours, so that the documents stay light
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    page.evaluate("document.activeElement?.blur()")
