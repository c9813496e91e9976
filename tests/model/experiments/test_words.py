"""The words and the example of each experiment, which the page shows, and the colours of its figure."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from skipscope.model.experiments.kinds import EXPERIMENTS
from skipscope.model.experiments.run import run
from skipscope.model.jobs.kind import Kind, imported
from skipscope.model.show.colors import FILE

TINY = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
QUICK: dict[str, Any] = {"variants": [TINY, {**TINY, "skips": False}], "steps": 1, "batch_size": 8}


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_a_kind_says_why_its_question_matters_and_what_is_done(kind: Kind[Any]) -> None:
    assert kind.title.endswith("?")
    assert kind.paper
    for words in (kind.why, kind.asks):
        assert words.endswith(".")
        assert 40 < len(words) < 330, "a sentence or two"


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_the_example_of_a_kind_is_short(kind: Kind[Any]) -> None:
    assert kind.example, "that of the page would be the defaults of a request"
    seconds = kind.estimate(kind.request.model_validate(kind.example)).seconds
    assert seconds < 300, f"{kind.name} takes {seconds:.0f} s"


@pytest.mark.parametrize("kind", EXPERIMENTS, ids=lambda kind: kind.name)
def test_the_dark_figure_is_the_light_one_in_other_colours(kind: Kind[Any]) -> None:
    fields = {name: value for name, value in QUICK.items() if name in kind.request.model_fields}
    found = run(kind, fields).data
    figure_of = imported(kind.figure)
    light, dark = (json.loads(json.dumps(figure_of(found, theme))) for theme in ("light", "dark"))
    colors = json.loads(FILE.read_text(encoding="utf-8"))
    pairs = [pair for part in ("palettes", "networks", "ramps", "special") for pair in _pairs(*_themes(colors[part]))]
    assert _changed(light, dict(reversed(pairs))) == dark


def _themes(part: dict[str, Any]) -> tuple[Any, Any]:
    return part["light"], part["dark"]


def _pairs(light: Any, dark: Any) -> Iterator[tuple[str, str]]:
    if isinstance(light, str):
        yield light, dark
    else:
        for key in light if isinstance(light, dict) else range(len(light)):
            yield from _pairs(light[key], dark[key])


def _changed(part: Any, others: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_changed(one, others) for one in part]
    if isinstance(part, dict):
        return {name: _changed(one, others) for name, one in part.items()}
    return others.get(part, part) if isinstance(part, str) else part
