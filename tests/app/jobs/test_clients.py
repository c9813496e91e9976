"""Who asks: the cookie that a browser is given, clients that are made up, and the address that they come from."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.guard.clients import COOKIE, introduce
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.service import Jobs


def test_made_up_clients_fill_no_more_of_the_queue_than_their_address_may(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        async def ask(client: str, address: str) -> LiveJob:
            run, _ = await runs.registry.create(tools.wish(tools.small(), client, address))
            return runs.registry.live[run.saved.id]

        first = await ask("made up", "a")
        waiting = [await ask(f"made up {number}", "a") for number in range(3)]
        with pytest.raises(Problem) as refused:
            await ask("another", "a")
        assert (refused.value.status, refused.value.limit) == (429, "3")
        assert "SKIPSCOPE_ADDRESS_SHARE" in (refused.value.remedy or "")
        other = await ask("somebody", "b")
        # it comes next, since of its address nothing trains
        assert [run.queue_position for run in (other, *waiting)] == [1, 2, 3, 4]
        runs.registry.stop(first)
        await tools.until(lambda: other in runs.registry.active)
        assert [run.queue_position for run in waiting] == [1, 2, 3]

    bench(act, max_queue=6)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_random_for_the_server_alone_and_only_over_tls_where_there_is_tls(scheme: str) -> None:
    given: set[str] = set()
    for _ in range(10):
        response = Response()
        introduce(Request({"type": "http", "scheme": scheme, "headers": [], "server": ("x", 1), "path": "/"}), response)
        morsel = SimpleCookie(response.headers["set-cookie"])[COOKIE]
        assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "lax", "/")
        assert bool(morsel["secure"]) is (scheme == "https")
        assert not morsel["domain"]
        given.add(morsel.value)
    assert len(given) == 10


def test_who_has_a_cookie_of_the_form_keeps_it_and_any_other_is_replaced() -> None:
    for value, kept in (("a" * 22, True), ("a" * 21, False), ("<script>" + "a" * 14, False)):
        headers = [(b"cookie", f"{COOKIE}={value}".encode())]
        response = Response()
        introduce(
            Request({"type": "http", "scheme": "http", "headers": headers, "server": ("x", 1), "path": "/"}), response
        )
        assert ("set-cookie" in response.headers) is not kept
