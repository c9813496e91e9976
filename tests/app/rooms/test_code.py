"""Codes of rooms: read however they are typed."""

import pytest

from skipscope.app.rooms.code import ALPHABET, in_pairs, new_code, read_code


def test_no_sign_looks_like_another() -> None:
    assert not set(ALPHABET) & set("0O1IL")
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_a_code_is_read_as_it_is_typed() -> None:
    code = new_code()
    assert read_code(code) == code
    assert read_code(f" {in_pairs(code).lower()} ") == code
    assert read_code("-".join(code)) == code


@pytest.mark.parametrize("text", ["", "K7PX3", "K7PX3M2", "K7PX3O", "K7PX3é", "K7PX3\x00"])
def test_other_texts_are_none(text: str) -> None:
    assert read_code(text) is None
