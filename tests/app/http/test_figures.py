"""Figures over HTTP: what Plotly takes, drawn from what a run recorded."""

from typing import Any, get_args

import httpx2
import plotly.graph_objects as go
import pytest

from skipscope.app.jobs.figures import Measure
from skipscope.model.measure.record import MEASURES

MEDIA_TYPE = "application/vnd.plotly.v1+json"


def drawn(api: Any, run: dict[str, Any], **asked: Any) -> Any:
    """Return a run's figure, checked by Plotly."""
    answer = api.http.get(run["history"], params={"format": "plotly", **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    return go.Figure(answer.json())


@pytest.fixture(scope="module")
def run(api: Any) -> dict[str, Any]:
    """Return a run of two networks whose second was cut after two steps."""
    small = api.small()["variants"][0]
    variants = [{**small, "skips": False}, small]
    run = api.start(variants=variants, state="paused")
    api.until(lambda: api.get(run)["state"] == "paused")
    for step in range(4):
        if step == 2:
            assert api.patch(run, variant=1, skips=[True, False, True]).status_code == 200
        api.http.post(f"/api/runs/{run['id']}/step").raise_for_status()
        api.until(lambda wanted=step + 1: api.get(run)["recorded"] == wanted)
    api.stop(run)
    return run


def test_a_heatmap_has_each_recorded_step(api: Any, run: dict[str, Any]) -> None:
    figure = drawn(api, run)
    recorded = api.http.get(run["history"]).json()
    panels = [trace for trace in figure.data if not trace.name.endswith("codes")]
    assert [trace.name for trace in panels] == [one["label"] for one in recorded["schema"]["variants"]]
    assert [list(trace.x) for trace in panels] == [[0, 1, 2, 3]] * 2
    taps = recorded["schema"]["variants"][1]["taps"]
    assert list(panels[1].y) == taps
    first = recorded["steps"][0]["variants"][1]["values"]["gradient_rms"][1]
    assert 10 ** panels[1].z[1][0] == pytest.approx(first)
    assert [shape.x0 for shape in figure.layout.shapes] == [2]
    assert list(drawn(api, run, to=1, measure="residual_rms").data[0].x) == [0, 1]


def test_a_profile_is_that_of_the_last_step(api: Any, run: dict[str, Any]) -> None:
    recorded = api.http.get(run["history"]).json()
    for last in (1, 3):
        line = drawn(api, run, figure="profile", to=last, measure="activation_rms").data[1]
        values = recorded["steps"][last]["variants"][1]["values"]["activation_rms"]
        block = recorded["schema"]["variants"][1]["taps"].index("layer2.1")
        assert 10 ** line.y[-1] == pytest.approx(values[block])


def test_bfloat16_is_named_in_every_figure(api: Any, run: dict[str, Any]) -> None:
    half = api.start(steps=2, precision="bfloat16")
    list(api.follow(half))
    for asked in ({"figure": "heatmap"}, {"figure": "profile"}):
        named = {one["id"]: "bfloat16" in drawn(api, one, **asked).to_json() for one in (half, run)}
        assert named == {half["id"]: True, run["id"]: False}, asked


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"format": "csv", "figure": "heatmap"}, "figure"),
        ({"measure": "gradient_rms"}, "measure"),
        ({"format": "plotly", "columns": "step"}, "columns"),
        ({"format": "plotly", "figure": "diagram"}, "figure"),
        ({"format": "plotly", "figure": "portrait"}, "figure"),
        ({"format": "plotly", "measure": "flavour"}, "measure"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Any, run: dict[str, Any], asked: dict[str, str], field: str) -> None:
    answer: httpx2.Response = api.http.get(run["history"], params=asked)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_nothing_recorded_is_said(api: Any, run: dict[str, Any]) -> None:
    new = api.start(state="paused")
    for asked in (new, run):
        answer = api.http.get(asked["history"], params={"format": "plotly", "from": 1000})
        assert answer.status_code == 409, answer.text
        assert "no recorded step" in answer.json()["detail"]
    api.stop(new)


def test_every_measure_can_be_drawn(api: Any, run: dict[str, Any]) -> None:
    assert get_args(Measure) == MEASURES
    for measure in MEASURES:
        for figure in ("heatmap", "profile"):
            assert drawn(api, run, figure=figure, measure=measure).data
