"""One seat and one answer, whatever becomes of tabs, taps, networks, phones and the server."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.serving import COMMAND, serving
from tests.app.http.test_rooms import TASK, Room
from tests.browser.cable import Cable
from tests.browser.hall import Class, join

pytestmark = pytest.mark.browser
KEPT = "Kept. You may change it until the time is over."
PULLED = ["ERR_", "Failed to load resource"]


class Vote:
    """A room with a question, and members who answer it; `room` asks the server without a browser."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.class_ = Class(browser, url)
        self.room = Room(httpx2.Client(base_url=url, timeout=30))
        self.code: str = self.room.opened["code"]

    def member(self, url: str = "") -> Page:
        """Have one more member at the question."""
        page = self.class_.reader()
        if url:
            page.goto(f"{url}/r/{self.code}")
            page.get_by_role("button", name="Join").click()
        else:
            join(page, self.code)
        return page

    def kept_of(self, page: Page) -> dict[str, Any] | None:
        """Return what the server has kept of a member."""
        known = json.loads(page.evaluate("code => localStorage.getItem(`skipscope-room-${code}`)", self.code))
        return self.room.http.get(f"{self.room.url}/members/{known['key']}").json()["answer"]

    def counts(self) -> tuple[int, int]:
        """Return how many are here, and how many of them answered."""
        seats = self.room.host().json()["seats"]
        return len(seats), sum(one["answered"] for one in seats)


@pytest.fixture
def vote(browser: Browser, server: str) -> Iterator[Vote]:
    made = Vote(browser, server)
    with made.class_.contexts:
        yield made
    made.room.http.delete(made.room.url, headers=made.room.secret)
    made.room.http.close()
    assert [text for text in made.class_.wrong if not any(part in text for part in made.class_.expected)] == []


def answer(page: Page, key: str) -> None:
    """Put the scale at one of its ends, and send."""
    page.get_by_role("slider").press(key)
    page.get_by_role("button", name="Send").click()


def said(page: Page, words: str) -> None:
    """Expect words about answer and connection."""
    expect(page.locator(".room-said")).to_have_text(re.compile(words))


def name_of(page: Page) -> str:
    return page.locator(".room-bar span").inner_text()


def test_two_tabs_of_a_member_are_one_seat_and_a_double_tap_is_one_answer(vote: Vote) -> None:
    first = vote.member()
    second = vote.class_.tab(first.context)
    second.goto(f"/room/{vote.code}")
    expect(second.locator(".room-bar span")).to_have_text(name_of(first))
    vote.room.done(task=TASK)
    expect(second.get_by_role("slider")).to_be_visible()
    answer(first, "End")
    said(first, KEPT)
    # the other tab shows it without being asked
    said(second, KEPT)
    expect(second.get_by_role("slider")).to_have_js_property("value", "4")
    second.get_by_role("slider").press("Home")
    second.get_by_role("button", name="Send again").dblclick()
    expect(first.get_by_role("slider")).to_have_js_property("value", "-60")
    said(first, KEPT)
    said(second, KEPT)
    assert vote.counts() == (1, 1)
    shown = vote.room.done(phase="reveal", truth=1e-13)
    assert shown["distribution"]["answered"] == 1
    for page in (first, second):
        expect(page.locator(".room-own")).to_have_text("1×10⁻¹⁵")


def test_lost_wifi_in_a_vote_loses_nothing_and_says_what_is_going_on(vote: Vote, server: str) -> None:
    vote.class_.expected += PULLED
    cable = Cable(int(server.rsplit(":", 1)[1]))
    member = vote.member(cable.address)
    name = name_of(member)
    vote.room.done(task=TASK)
    answer(member, "End")
    said(member, KEPT)
    cable.pull()
    said(member, "Connection lost; trying again. Your answer is kept.")
    answer(member, "Home")
    said(member, "Connection lost. Your answer goes out by itself when it is back.")
    kept = vote.kept_of(member)
    assert kept is not None
    assert kept["value"] == 10
    cable.plug()
    said(member, KEPT)
    kept = vote.kept_of(member)
    assert kept is not None
    assert kept["value"] == 1e-15
    # the server has an answer, and its word that it has is lost
    cable.deafen()
    answer(member, "End")
    said(member, "Sending…")
    while (kept := vote.kept_of(member)) is None or kept["value"] != 10:
        member.wait_for_timeout(50)
    cable.pull()
    cable.plug()
    said(member, KEPT)
    assert vote.kept_of(member) == kept, "the same answer, with the same turn"
    member.reload()
    expect(member.locator(".room-bar span")).to_have_text(name)
    expect(member.get_by_role("slider")).to_have_js_property("value", "4")
    said(member, KEPT)
    assert vote.counts() == (1, 1)
    cable.close()


def test_an_answer_that_comes_back_too_late_is_refused_in_words(vote: Vote, server: str) -> None:
    vote.class_.expected += [*PULLED, "409"]
    cable = Cable(int(server.rsplit(":", 1)[1]))
    member = vote.member(cable.address)
    vote.room.done(task=TASK)
    expect(member.get_by_role("slider")).to_be_visible()
    cable.pull()
    answer(member, "End")
    said(member, "goes out by itself")
    vote.room.done(phase="discuss")
    cable.plug()
    expect(member.get_by_role("alert")).to_contain_text("closed")
    said(member, "^$")
    assert vote.counts() == (1, 0)
    cable.close()


def test_a_phone_that_was_locked_follows_anew_and_one_who_was_taken_out_may_join_again(vote: Vote) -> None:
    member = vote.member()
    with member.expect_request(re.compile(r"/events\?")):
        member.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    name = name_of(member)
    seat = vote.room.host().json()["seats"][0]["seat"]
    assert vote.room.http.delete(f"{vote.room.url}/seats/{seat}", headers=vote.room.secret).status_code == 204
    vote.room.done(task=TASK)
    member.get_by_role("button", name="Join").click()
    expect(member.locator(".room-bar span")).to_have_text(name)
    answer(member, "End")
    said(member, KEPT)
    assert vote.counts() == (1, 1)


def test_a_server_that_dies_in_a_vote_is_waited_for_and_all_have_their_seats(browser: Browser, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND[:-1], str(port)]
    with serving(tmp_path, command) as (url, process):
        vote = Vote(browser, url)
        vote.class_.expected += PULLED
        one, other = vote.member(), vote.member()
        names = name_of(one), name_of(other)
        vote.room.done(task=TASK)
        answer(one, "Home")
        said(one, KEPT)
        process.kill()
        said(one, "Connection lost; trying again. Your answer is kept.")
        answer(other, "End")
        said(other, "goes out by itself")
    with vote.class_.contexts, serving(tmp_path, command):
        for page in (one, other):
            said(page, KEPT)
        assert vote.counts() == (2, 2)
        kept = [vote.kept_of(page) for page in (one, other)]
        assert [found and found["value"] for found in kept] == [1e-15, 10]
        for page, name in zip((one, other), names, strict=True):
            page.reload()
            expect(page.locator(".room-bar span")).to_have_text(name)
            said(page, KEPT)
        vote.room.http.close()
    assert [text for text in vote.class_.wrong if not any(part in text for part in PULLED)] == []
