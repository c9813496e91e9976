"""The messages of a view in a notebook: binary, few, sent again until the page answers; what is synced has no data."""

import gzip
import json
from typing import Any

import pytest

from skipscope import Record
from skipscope.model.measure.record import MEASURES, Schema
from skipscope.model.show import widget as widgets
from skipscope.model.show.timeline import Timeline
from skipscope.model.show.widget import Widget
from skipscope.model.show.wire import Part, Subject, any_schema, any_step
from tests.model.clock import Clock

Message = tuple[dict[str, Any], list[bytes]]
NAMES = Schema(("a", "b"), ("a",), ())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the widget's clock by hand."""
    clock = Clock()
    monkeypatch.setattr(widgets, "time", clock)
    monkeypatch.setattr(Widget, "page_has_modules", False)
    return clock


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return what widgets send."""
    found: list[Message] = []

    def send(_: Widget, content: dict[str, Any], buffers: list[bytes]) -> None:
        found.append((content, buffers))

    monkeypatch.setattr(Widget, "send", send)
    return found


def add(timeline: Timeline, step: int) -> None:
    """Record a step."""
    columns = {measure: [0.125] * len(NAMES.names(measure)) for measure in MEASURES}
    part = Part(Record(NAMES, step, columns))
    if not timeline.schema:
        timeline.append("schema", any_schema(timeline.subjects, [part]))
    timeline.append("step", any_step([part], 0.0))


def kinds(sent: list[Message]) -> list[str]:
    """Name what was sent, and forget it."""
    found = [content["of"] for content, _ in sent]
    sent.clear()
    return found


def events(message: Message) -> list[dict[str, Any]]:
    """Return the events of a message."""
    (packed,) = message[1]
    return json.loads(gzip.decompress(packed))


def test_until_the_page_answers_all_is_sent_again(clock: Clock, sent: list[Message]) -> None:
    timeline = Timeline([Subject("net")])
    widget = Widget(timeline)
    add(timeline, 0)
    widget.push()
    assert kinds(sent) == ["modules", "plotly", "first", "events"]
    for step, (pause, wanted) in enumerate([(0.3, "news"), (0.8, "all"), (1.0, "news"), (1.1, "all"), (3.9, "news")]):
        clock.now += pause
        add(timeline, step + 1)
        widget.push()
        found = kinds(sent)
        assert found == (["events"] if wanted == "news" else ["modules", "plotly", "first", "events"]), step


def test_after_its_answer_the_page_has_only_what_is_new(clock: Clock, sent: list[Message]) -> None:
    timeline = Timeline([Subject("net")])
    widget = Widget(timeline)
    add(timeline, 0)
    widget.push()
    widget._hear(widget, {"modules": True, "plotly": True, "last": 2}, [])  # pyright: ignore[reportPrivateUsage]
    sent.clear()
    clock.now += 60
    widget.push()
    assert sent == []
    add(timeline, 1)
    widget.push()
    (message,) = sent
    assert message[0] == {"of": "events", "after": 2, "last": 3}
    assert [event["data"]["step"] for event in events(message)] == [1]
    sent.clear()
    # another view of the same page needs no modules
    other = Widget(timeline)
    other.push()
    assert kinds(sent) == ["first", "events"]
    # unless it is on a page of its own, whose words are not heard
    clock.now += 1.1
    other.push()
    assert kinds(sent) == ["modules", "plotly", "first", "events"]


def test_a_page_that_was_loaded_anew_gets_what_it_lacks(clock: Clock, sent: list[Message]) -> None:
    timeline = Timeline([Subject("net")])
    widget = Widget(timeline)
    add(timeline, 0)
    widget._hear(widget, {"modules": False, "plotly": True, "last": None}, [])  # pyright: ignore[reportPrivateUsage]
    assert kinds(sent) == ["modules", "first", "events"]
    widget._hear(widget, {"modules": True, "plotly": True, "last": 1}, [])  # pyright: ignore[reportPrivateUsage]
    (message,) = sent
    assert [event["id"] for event in events(message)] == [2]


def test_at_most_four_messages_a_second_are_due(clock: Clock, sent: list[Message]) -> None:
    timeline = Timeline([Subject("net")])
    widget = Widget(timeline)
    due = 0
    for step in range(100):
        add(timeline, step)
        if widget.is_due():
            widget.push()
            due += 1
        clock.now += 0.0625
    assert due == 25, "in 6.25 seconds"
    assert max(len(buffer) for content, [buffer, *_] in sent if content["of"] == "events") < 4_000


def test_no_number_is_in_what_is_synced(sent: list[Message]) -> None:
    timeline = Timeline([Subject("net")])
    widget = Widget(timeline)
    for step in range(50):
        add(timeline, step)
    widget.push()
    state = widget.get_state()
    assert "0.125" not in str(state)
    assert sum(len(str(value)) for value in state.values()) < 10_000
