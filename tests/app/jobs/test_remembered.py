"""Answers are forgotten by their weight, those first that were not used for the longest time."""

from skipscope.app.jobs.remembered import Remembered


def test_the_one_unused_longest_goes_first() -> None:
    kept = Remembered[str](2)
    kept.put("a", "1")
    kept.put("b", "2")
    assert kept.get("a") == "1"
    kept.put("c", "3")
    assert [kept.get(key) for key in "abc"] == ["1", None, "3"]


def test_a_heavy_answer_takes_the_place_of_several() -> None:
    kept = Remembered[bytes](10, len)
    for key in "abc":
        kept.put(key, b"123")
    kept.put("d", b"12345678")
    assert [kept.get(key) for key in "abcd"] == [None, None, None, b"12345678"]
    kept.put("d", b"1")
    kept.put("e", b"123456789")
    assert [kept.get(key) for key in "de"] == [b"1", b"123456789"]
    kept.put("f", b"12345678901")
    assert kept.get("f") is None, "more than all of the room"
