"""Drawn profiles in a report."""

from skipscope.app.rooms.band import band_of
from skipscope.app.rooms.distribution import Given, distribution
from skipscope.app.rooms.question import Question
from skipscope.app.rooms.truth import Truth

DRAWN = Question(kind="profile", text="<i>Draw</i>", measured="net=plain20,norm:none", points=2)


def test_a_band_has_the_drawings_and_the_measured_line_of_every_block() -> None:
    found = distribution(DRAWN, [Given([1e-2, 1.0], 1, [1e-2, 1.0], 1), Given([1e-6, 0.1], 1, [1e-6, 0.1], 1)], None)
    drawn = band_of(DRAWN, found, Truth([1e-5, 1e-2], [1e-5, *([1e-2] * 7), 1.0]))
    assert drawn.count("<path") == 4
    assert drawn.split("stroke='#1a2233' stroke-width='2.5'")[0].rpartition("<path d='")[2].count("L") == 8
    assert "&lt;i&gt;Draw" in drawn
    assert "<i>" not in drawn
    assert "gradient RMS at each block, over that at block 9" in drawn
    assert band_of(DRAWN, found, None).count("<path") == 3
    assert band_of(DRAWN, distribution(DRAWN, [], None), None) == ""


def test_a_question_without_a_network_is_drawn_at_its_blocks() -> None:
    question = Question(kind="profile", text="x", at=(1, 7))
    found = distribution(question, [Given([1e-2, 1.0], None, None, None)], [1e-9, 1.0])
    assert "block 7" in band_of(question, found, Truth([1e-9, 1.0]))
