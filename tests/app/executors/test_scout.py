"""Which devices there are is asked in a process of its own, and only where there may be another than the CPU."""

import asyncio
import os
import sys
from multiprocessing.connection import Connection

import pytest

from skipscope.app.executors import scout as module
from skipscope.app.executors.scout import scout
from skipscope.model.describe.devices import Devices
from skipscope.model.train.device import find_devices


def die(_: Connection) -> None:
    os._exit(1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows its drivers as files")
def test_without_a_driver_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRIVERS", ("/there/is/no/driver",))
    monkeypatch.setattr(module.multiprocessing, "get_context", lambda _: pytest.fail("a process"))
    assert asyncio.run(scout()) == Devices()


def test_with_a_driver_torch_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRIVERS", ("/",))
    assert asyncio.run(scout()) == find_devices()


def test_a_driver_that_kills_who_asks_leaves_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRIVERS", ("/",))
    monkeypatch.setattr(module, "report", die)
    assert asyncio.run(scout()) == Devices()
