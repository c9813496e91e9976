"""The numbers of claims beside a chapter: read as they were written, and none where a claim asks for another number."""

from pathlib import Path

from skipscope.app.learn.lesson import Claim
from skipscope.app.learn.measured import NAME, Measured, MeasuredClaim, read_measured, write_measured

ADDRESS = "net=plain20,norm:none"
KNOWN = MeasuredClaim(address=ADDRESS, number="ratio", network=-1, blocks=None, values=(1e-13, 0.5, 2.0))


def claim(**more: object) -> Claim:
    asked = {"sentence": "It is so.", "step": 1, "address": ADDRESS, "number": "ratio", "interval": (0, 1), "seeds": 3}
    return Claim.model_validate({**asked, **more})


def test_numbers_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read_measured(tmp_path) == Measured()
    measured = Measured(claims=(KNOWN, KNOWN.model_copy(update={"blocks": (1, 3), "values": (7.0,)})))
    write_measured(tmp_path, measured)
    assert read_measured(tmp_path) == measured
    assert len((tmp_path / NAME).read_text(encoding="utf-8").splitlines()) == 4, "a claim a line"


def test_a_claim_finds_its_own_numbers_alone() -> None:
    measured = Measured(claims=(KNOWN,))
    assert measured.values(claim()) == KNOWN.values
    assert measured.values(claim(seeds=2)) == KNOWN.values[:2]
    assert measured.values(claim(sentence="Another word.", interval=(0, 9))) == KNOWN.values
    others = [{"seeds": 4}, {"number": "output"}, {"network": 0}, {"blocks": (1, 2)}, {"address": "net=plain32"}]
    assert [measured.values(claim(**other)) for other in others] == [()] * 5
