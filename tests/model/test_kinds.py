"""The table of kinds: those that come with the product, and an engineer's own."""

import pickle
from typing import Any

import pytest

from skipscope.model.jobs.kind import Kind
from skipscope.model.kinds import EXPERIMENTS, Kinds
from skipscope.model.train.kinds import TRAINING
from tests.app.tiny import SQUARES


def test_a_training_is_a_kind_and_no_experiment() -> None:
    kinds = Kinds()
    assert kinds["training"] is TRAINING
    assert kinds.experiments == {kind.name: kind for kind in EXPERIMENTS}


@pytest.mark.parametrize("kind", [TRAINING, *EXPERIMENTS, SQUARES], ids=lambda kind: kind.name)
def test_a_kind_goes_to_the_process_that_estimates(kind: Kind[Any]) -> None:
    assert pickle.loads(pickle.dumps(kind)) == kind  # noqa: S301  (our own)


def test_an_own_kind_is_named_by_its_address() -> None:
    assert Kinds(["tests.app.tiny:SQUARES"]).experiments["squares"] is SQUARES


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["tests.app.nothing:KIND"], "nothing can be imported from there"),
        (["tests.app.tiny:start"], "no Kind"),
        (["tests.app.tiny:SQUARES", "tests.app.tiny:SQUARES"], "two kinds have one name"),
    ],
)
def test_one_that_cannot_be_had_is_refused_in_words(addresses: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Kinds(addresses)
