"""Names of members: from the list, or a nickname that can be seen."""

import pytest

from skipscope.app.rooms.names import ANIMALS, MANNERS, MOST, apart, clean, is_proposed, propose
from skipscope.model.describe.words import FieldError


def test_a_name_of_the_list_has_two_words_and_is_short_enough() -> None:
    assert all(len(f"{manner} {animal}") <= MOST for manner in MANNERS for animal in ANIMALS)
    assert len(MANNERS) * len(ANIMALS) > 5000
    assert is_proposed(propose())
    assert not is_proposed("Quiet")
    assert not is_proposed("Quiet Otter 2")


def test_a_name_that_is_taken_is_not_proposed() -> None:
    every = {f"{manner} {animal}".lower() for manner in MANNERS for animal in ANIMALS}
    assert propose(every - {"quiet otter"}).lower() in every


@pytest.mark.parametrize(
    ("given", "kept"), [("Ada", "Ada"), ("  Ada  B ", "Ada B"), ("Adé", "Adé"), ("数学", "数学"), ("<b>", "<b>")]
)
def test_a_nickname_is_text_in_one_form(given: str, kept: str) -> None:
    assert clean(given) == kept


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 25, "a\u202eb", "a\nb", "a\x00b", "a\u200bb", "\ud800", "\u2028", "\u0301", "\u00a0"]
)
def test_a_name_that_deceives_or_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(FieldError, match="name"):
        clean(name)


def test_a_second_ada_is_ada_2() -> None:
    assert apart("Ada", set()) == "Ada"
    assert apart("Ada", {"ada"}) == "Ada 2"
    assert apart("ADA", {"ada", "ada 2"}) == "ADA 3"
    long = "a" * MOST
    assert apart(long, {long}) == "a" * (MOST - 2) + " 2"
