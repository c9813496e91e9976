"""The job that a page on everybody's screen shows."""

import pytest

from skipscope.app.rooms.screen import job_of


@pytest.mark.parametrize(
    ("address", "job"),
    [
        ("/?run=0123456789abcdef&quantity=gradient", "0123456789abcdef"),
        ("/lab?experiment=fedcba9876543210", "fedcba9876543210"),
        ("/?run=0123456789abcdef&run=fedcba9876543210", "0123456789abcdef"),
        ("/?net=resnet18", None), ("/learn/problem?step=2", None), ("/?run=", None), (None, None),
    ],
)  # fmt: skip
def test_the_job_of_a_page_is_named_in_its_address(address: str | None, job: str | None) -> None:
    assert job_of(address) == job
