"""The profile by depth and the heatmap of layers and steps."""

import json
import math
from typing import Any

import pytest

from skipscope.model.measure.record import Record, Schema
from skipscope.model.show import heatmap, profile
from skipscope.model.show.colors import network
from tests.model.show.golden import SUMMARIES, probe_of, recorded_run

PROBES = [probe_of(SUMMARIES[name]) for name in ("plain20", "resnet20")]


def plain(figure: Any) -> dict[str, Any]:
    return json.loads(figure.to_json())


def steps(count: int = 4) -> list[dict[str, Any]]:
    """Return steps in the wire's shape, each a tenth of the one before."""
    found: list[dict[str, Any]] = []
    for number in range(count):
        variants = [probe_of(SUMMARIES[name]) for name in ("plain20", "resnet20")]
        for variant in variants:
            column = variant["values"]["gradient_rms"]
            variant["values"]["gradient_rms"] = [value / 10**number for value in column]
        found.append({"step": 5 * number, "variants": [{"values": one["values"]} for one in variants]})
    return found


def test_a_profile_has_a_point_a_block_after_the_stem() -> None:
    figure = plain(profile(PROBES, PROBES))
    assert [trace["name"] for trace in figure["data"]] == ["plain-20", "ResNet-20"]
    line = figure["data"][1]
    taps = PROBES[1]["taps"]
    assert len(line["y"]) == 1 + 9
    assert line["y"][4] == pytest.approx(math.log10(PROBES[1]["values"]["gradient_rms"][taps.index("layer2.0")]))
    assert line["y"][0] == pytest.approx(math.log10(PROBES[1]["values"]["gradient_rms"][0]))
    assert "layer2.0" in line["hovertext"][4]
    assert [trace["line"]["color"] for trace in figure["data"]] == [network(0)[1], network(1)[1]]
    assert figure["layout"]["yaxis"]["range"] == [-4, 0]
    assert len(figure["layout"]["shapes"]) == 3, "where a stage ends"


def test_a_profile_tells_zero_lost_and_absent_apart() -> None:
    (_, probe) = [probe_of(SUMMARIES[name]) for name in ("plain20", "resnet20")]
    column, counts = probe["values"]["gradient_rms"], probe["values"]["nonfinite"]
    at = [probe["taps"].index(name) for name in ("layer1.0", "layer1.1", "layer1.2")]
    column[at[0]], column[at[1]], column[at[2]] = 0, "nan", None
    counts[at[1]] = 3
    line, zero, lost = plain(profile(probe, probe))["data"]
    assert [line["y"][i] for i in (1, 2, 3)] == [None, None, None]
    assert (zero["x"], zero["name"]) == ([1], "ResNet-20: exactly zero")
    assert (lost["x"], lost["name"]) == ([2], "ResNet-20: not finite")
    assert zero["y"] != lost["y"]
    assert zero["marker"]["symbol"] != lost["marker"]["symbol"]


@pytest.mark.parametrize(("measure", "points"), [("weight_gradient_norm", 20), ("residual_rms", 9)])
def test_a_profile_of_weights_or_blocks(measure: str, points: int) -> None:
    (line,) = plain(profile(PROBES[1], PROBES[1], measure))["data"]
    assert len(line["y"]) == points


def test_a_share_is_not_on_a_log_scale() -> None:
    figure = plain(profile(PROBES[1], PROBES[1], "zero_fraction"))
    assert figure["layout"]["yaxis"]["range"] == [0, 1]
    assert figure["data"][0]["y"][1] == 0.5


def test_a_foreign_network_shows_all_its_taps() -> None:
    schema = Schema(("features.0", "features.1", "classifier"), ("features.0", "classifier"), ())
    columns = {"gradient_rms": [1e-3, math.nan, 1e-1], "nonfinite": [0, 4, 0]}
    figure = plain(profile(schema, Record(schema, 7, columns), labels=["foreign"]))
    line, lost = figure["data"]
    assert line["y"] == pytest.approx([-3, None, -1], abs=1e-12)
    assert lost["x"] == [1]
    assert figure["layout"]["xaxis"]["ticktext"] == list(schema.taps)


def test_a_heatmap_has_a_row_a_layer_and_a_column_a_step() -> None:
    figure = plain(heatmap(PROBES, steps()))
    panels = [trace for trace in figure["data"] if not trace["name"].endswith("codes")]
    assert [trace["name"] for trace in panels] == ["plain-20", "ResNet-20"]
    assert panels[1]["x"] == [0, 5, 10, 15]
    assert panels[1]["y"] == PROBES[1]["taps"]
    first = panels[1]["z"][PROBES[1]["taps"].index("layer3.2")]
    assert [first[0] - value for value in first] == pytest.approx([0, 1, 2, 3])
    assert panels[0]["zmin"] == panels[1]["zmin"], "one range for all"
    assert panels[0]["colorscale"] != panels[1]["colorscale"]
    assert [trace["showscale"] for trace in panels] == [True, True]
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"
    assert "codes" not in str(figure["data"])


def test_a_heatmap_tells_zero_lost_and_absent_apart() -> None:
    recorded = steps(1)
    values = recorded[0]["variants"][1]["values"]
    values["gradient_rms"][:3] = [0, "nan", None]
    values["nonfinite"][1] = 1
    numbers, codes = plain(heatmap(PROBES, recorded))["data"][1:]
    assert [row[0] for row in numbers["z"][:3]] == [None, None, None]
    assert [row[0] for row in codes["z"][:4]] == [0, 1, 2, None]
    assert [row[0] for row in codes["text"][:4]] == ["exactly zero", "not finite", "not measured", ""]
    assert len({color for _, color in codes["colorscale"]}) == 3


@pytest.mark.parametrize("measure", ["gradient_rms", "residual_rms", "identity_rms", "update_ratio"])
def test_the_recorded_run_is_drawn_as_it_was_sent(measure: str) -> None:
    schema, recorded = recorded_run()
    numbers, codes = plain(
        heatmap(schema[0], [step["variants"][0] | {"step": step["step"]} for step in recorded], measure)
    )["data"]
    for c, step in enumerate(recorded):
        for r, sent in enumerate(step["variants"][0]["values"][measure]):
            code = 0 if sent == 0 else 1 if isinstance(sent, str) else 2 if sent is None else None
            assert codes["z"][r][c] == code, (measure, step["step"], r)
            expected = pytest.approx(math.log10(sent), abs=1e-6) if isinstance(sent, float) and sent else None
            assert numbers["z"][r][c] == expected
    assert {1, 2, None} <= {code for row in codes["z"] for code in row}


def test_a_precision_that_is_not_the_usual_one_stands_in_every_title() -> None:
    schemas = [PROBES[0], {**PROBES[1], "precision": "bfloat16"}]
    titles = [note["text"] for note in plain(heatmap(schemas, steps()))["layout"]["annotations"]]
    assert titles[:2] == [
        "<b>plain-20</b>: gradient ∂L/∂x, RMS",
        "<b>ResNet-20</b>: gradient ∂L/∂x, RMS, bfloat16",
    ]
    lines = plain(profile(schemas, PROBES))["data"]
    assert [line["name"] for line in lines] == ["plain-20", "ResNet-20, bfloat16"]
    assert "ResNet-20, bfloat16 " in lines[1]["hovertext"][0]


def test_changes_are_marked_where_they_belong() -> None:
    changes = [{"step": 5, "variant": None}, {"step": 9, "variant": 1}]
    shapes = plain(heatmap(PROBES, steps(), changes=changes))["layout"]["shapes"]
    assert [(shape["x0"], shape["xref"]) for shape in shapes] == [(5, "x"), (5, "x2"), (9, "x2")]


def test_records_of_recorders_are_taken_as_they_are() -> None:
    schema = Schema(("a.0", "b.0"), (), ("a.0", "b.0"))
    columns = {"gradient_rms": [0.1, 0.01], "identity_rms": [1.0, None]}
    own = [Record(schema, step, columns) for step in (0, 1, 2)]
    figure = plain(heatmap([schema, schema], [own, own[:1]], labels=["one", "two"]))
    assert [trace["x"] for trace in figure["data"]] == [[0, 1, 2], [0]]
    assert plain(heatmap(schema, own))["data"][0]["z"][0] == pytest.approx([-1, -1, -1])


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: profile(PROBES, PROBES, "flavour"), "measure='flavour'"),
        (lambda: profile(PROBES, PROBES[:1]), "values: 1 for 2 networks"),
        (lambda: profile(PROBES, PROBES, labels=["a"]), "labels: 1 for 2 networks"),
        (lambda: profile({"taps": []}, PROBES[0]), "schema: it has no weights, blocks"),
        (lambda: profile([], []), "schema: there is none"),
        (lambda: profile(PROBES[0], probe_of(SUMMARIES["resnet50"])["values"]), "values.activation_rms"),
        (lambda: heatmap(PROBES, []), "records: there is none"),
        (lambda: heatmap(PROBES, [[], []]), "records: a network has none"),
        (lambda: heatmap(PROBES[:1], steps()), "records: a step of 2 networks for 1"),
        (lambda: heatmap(PROBES[0], [None]), "records: one is no record"),
        (lambda: heatmap(PROBES, steps(), span=(1, 1)), "span=(1, 1)"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(made: Any, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        made()
    assert said in str(refused.value)
