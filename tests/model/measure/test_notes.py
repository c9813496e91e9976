"""Notes are made once, and a recorder that cannot measure ends no training."""

import warnings

import pytest
import torch

from skipscope import Recorder
from skipscope.model.measure.notes import Notes, RecorderWarning
from tests.model.measure.autograd import small


def test_a_note_is_made_once_and_taken_once() -> None:
    notes = Notes()
    with pytest.warns(RecorderWarning) as said:
        notes.add("This is so.")
        notes.add("This is so.")
        notes.add_all([(name, "it is sparse") for name in "abcde"])
        notes.add_all([("a", "it is sparse"), ("f", "it is sparse")])
    made = [
        "This is so.",
        "a, b, c and 2 more: passed by, because it is sparse.",
        "f: passed by, because it is sparse.",
    ]
    assert [str(warning.message) for warning in said] == notes.all == made
    assert notes.take() == tuple(made)
    assert notes.take() == ()


def test_warnings_come_from_the_users_code() -> None:
    with pytest.warns(RecorderWarning) as said:
        Recorder(small()).read()
    assert said[0].filename == __file__


def test_warnings_that_are_errors_end_nothing() -> None:
    recorder = Recorder(small())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert recorder.read() is None
    assert len(recorder.notes) == 1


def test_a_recorder_that_never_begins_says_so_once() -> None:
    net = small()
    recorder = Recorder(net)
    with pytest.warns(RecorderWarning, match="with Recorder") as said:
        for _ in range(3):
            net(torch.randn(3, 4)).mean().backward()
            assert recorder.read() is None
    assert len(said) == 1
    with recorder:
        net(torch.randn(3, 4)).mean().backward()
        record = recorder.read()
    assert record is not None


def test_a_recorder_that_has_ended_is_silent() -> None:
    with Recorder(small()) as recorder:
        pass
    assert recorder.read() is None
    assert recorder.notes == ()
