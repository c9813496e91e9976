"""Listeners hear of each record, and none of them ends a training."""

import torch
from torch import nn

from skipscope import Record, Recorder
from skipscope.model.measure.listeners import Listeners


def test_each_hears_of_each_record_until_it_leaves() -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[tuple[str, int | None]] = []
    leave = listeners.add(lambda record: heard.append(("a", record)))
    listeners.add(lambda record: heard.append(("b", record)))
    assert listeners.tell(1) == []
    leave()
    leave()
    listeners.tell(None)
    assert heard == [("a", 1), ("b", 1), ("b", None)]


def test_one_that_breaks_is_removed_and_the_others_hear() -> None:
    listeners: Listeners[int] = Listeners()
    heard: list[int | None] = []

    def broken(record: int | None) -> None:
        raise KeyError(record)

    listeners.add(broken)
    listeners.add(heard.append)
    assert listeners.tell(1) == ["a view of the records broke (KeyError: 1) and gets no more."]
    assert listeners.tell(2) == []
    assert heard == [1, 2]


def test_a_recorder_tells_of_its_records_and_of_its_end() -> None:
    net = nn.Linear(2, 2)
    heard: list[Record | None] = []
    with Recorder(net, every=2) as recorder:
        recorder.listeners.add(heard.append)
        for _ in range(3):
            net(torch.ones(1, 2)).sum().backward()
            recorder.read()
    assert [None if record is None else record.step for record in heard] == [0, 2, None]
    assert recorder.latest is heard[1]
