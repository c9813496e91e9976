"""Addresses that others reach."""

import pytest

from skipscope.app.rooms import reach
from skipscope.app.rooms.reach import addresses

ALL = "0.0.0.0"  # noqa: S104  (compared, not bound)


def test_the_host_by_which_others_opened_it_comes_first() -> None:
    assert addresses("192.168.1.20:8000", "http", ALL)[0] == "http://192.168.1.20:8000"
    assert addresses("lab.example", "https", "127.0.0.1") == ["https://lab.example"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "x.localhost:8000"])
def test_a_machines_own_name_for_itself_leads_nobody_there(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_of_interfaces", lambda: ["10.1.2.3"])
    assert addresses(host, "http", ALL) == ["http://10.1.2.3:8000"]
    assert addresses(host, "http", "127.0.0.1") == [], "it listens for itself alone"


def test_the_interfaces_of_this_machine_are_read() -> None:
    assert all(not found.startswith("127.") for found in reach._of_interfaces())
    assert addresses("localhost:bad", "http", "127.0.0.1") == []
