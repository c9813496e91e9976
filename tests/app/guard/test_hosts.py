"""Names under which the server answers."""

import socket

import pytest

from skipscope.app.guard.hosts import Hosts


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:8000", "lab.localhost", "127.0.0.1", "127.0.0.1:8000", "192.168.7.20:8000", "[::1]",
        "[::1]:8000", "[2001:db8::1]:80", "lab.example", "Lab.Example.:8000", "two.example",
    ],
)  # fmt: skip
def test_addresses_and_own_names_and_those_given_are_taken(host: str) -> None:
    assert Hosts("lab.example, TWO.example").takes(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "[evil.example]:80",
        "lab.example.evil.example", "::evil", "",
    ],
)  # fmt: skip
def test_names_that_others_may_own_are_not(host: str) -> None:
    assert not Hosts("lab.example").takes(host)


def test_the_machines_own_name_is_taken_and_any_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Annas-Laptop.lan.example")
    hosts = Hosts("")
    for name in ("annas-laptop:8000", "annas-laptop.local:8000", "annas-laptop.lan.example"):
        assert hosts.takes(name)
    assert not hosts.takes("berts-laptop.local")
    assert Hosts("*").takes("evil.example")
