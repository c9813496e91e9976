"""The door of a room in real browsers: who is taken out is told, who leaves may come again, what is shown and goes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hall import Class, join
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser
NETS = "/?net=plain20,norm:none&net=resnet20,norm:none&steps=3000&speed=10"
TAKEN_OUT = "You are not in this room any more"


def test_who_is_taken_out_is_told_and_a_reload_does_not_take_the_seat_again(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader(phone=True)
    join(member, code)
    name = member.locator(".room-bar span").inner_text()
    away = class_.reader()
    join(away, code)
    other = away.locator(".room-bar span").inner_text()
    away.goto("about:blank")
    host.keyboard.press("m")
    expect(host.locator(".room-member")).to_have_count(2)
    for one in (name, other):
        host.get_by_role("button", name=f"Take out {one}", exact=True).click()
    expect(member.get_by_text(TAKEN_OUT)).to_be_visible()
    class_.expected.append("Failed to load resource")
    away.goto(f"/room/{code}")
    expect(away.get_by_text(TAKEN_OUT)).to_be_visible()
    expect(host.locator(".room-member")).to_have_count(0)
    member.get_by_role("button", name="Join again").click()
    expect(member.locator(".room-bar span")).to_have_text(name)
    expect(host.get_by_role("button", name="Take out 1 who never did anything")).to_be_visible()


def test_who_leaves_comes_again_by_a_press_alone_and_a_closed_door_says_so(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader(phone=True)
    join(member, code)
    member.get_by_role("button", name="Leave the room").click()
    expect(member.get_by_text("You left the room.")).to_be_visible()
    member.reload()
    expect(member.locator(".room-name")).not_to_be_empty()
    host.get_by_label("Nobody else comes in").check()
    class_.expected.append("Failed to load resource")
    member.get_by_role("button", name="Join").click()
    expect(member.get_by_text("The host lets nobody else into this room.")).to_be_visible()
    host.get_by_label("Nobody else comes in").uncheck()
    member.get_by_role("button", name="Join").click()
    expect(member.locator(".room-bar span")).not_to_be_empty()
    expect(host.get_by_text("One member is here.")).to_be_visible()


def test_a_run_that_is_deleted_leaves_every_screen_and_no_tour_lies_over_one_that_is_shown(class_: Class) -> None:
    host, code = class_.opened()
    member, author = class_.reader(), class_.reader()
    join(member, code)
    author.goto(NETS)
    until(author, "ready")
    author.get_by_role("button", name="play", exact=True).click()
    author.wait_for_url("**run=*")
    run = (re.search("run=([^&]+)", author.url) or [""])[1]
    host.keyboard.press("t")
    host.get_by_label("On everyone’s screen").fill(f"/?run={run}")
    host.get_by_role("button", name="Show", exact=True).click()
    frame = member.frame_locator("iframe")
    expect(frame.locator(".run-status")).to_contain_text("another’s run")
    expect(frame.get_by_role("dialog")).to_have_count(0)
    expect(frame.get_by_role("navigation", name="Pages")).to_be_hidden()
    assert author.request.delete(f"/api/runs/{run}").status == 204
    expect(member.locator("iframe")).to_have_count(0)
    expect(member.get_by_text("The first task appears here.")).to_be_visible()
