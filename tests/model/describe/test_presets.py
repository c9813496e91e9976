"""The presets are the networks of the literature, to the last parameter."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from skipscope import PRESETS, Architecture, UnknownPreset, build_graph, label, preset, resolve
from skipscope.model.describe.presets import find, stated

FACTS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parents[1] / "facts" / "parameters.json").read_text())
NAMES = """
resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_32x8d resnext101_64x4d
wide_resnet50_2 wide_resnet101_2 resnet20 resnet32 resnet44 resnet56 resnet110 resnet1202
plain18 plain34 plain20 plain32 plain44 plain56 plain110 preact_resnet110 preact_resnet164 preact_resnet1001
wrn_16_4 wrn_16_8 wrn_28_10 wrn_40_4 resnet26 resnet18d resnet34d resnet50d resnet101d resnet152d seresnet50
"""
# He et al. 2015, Table 1 and section 4.2; receptive fields by Araujo et al. 2019's recurrence
FIELDS = {
    "resnet18": 435, "resnet34": 899, "resnet50": 427, "resnet101": 971, "resnet152": 1451,
    "resnet20": 81, "resnet56": 249, "resnet110": 501,
}  # fmt: skip


def test_all_are_there() -> None:
    assert sorted(PRESETS) == sorted(NAMES.split())
    assert set(FACTS) <= set(PRESETS)


@pytest.mark.parametrize("name", FACTS)
def test_parameters_and_macs_are_the_published_ones(name: str) -> None:
    fact, graph = FACTS[name], build_graph(preset(name))
    assert graph.parameters == fact["parameters"]
    if "macs" in fact:
        assert graph.macs == fact["macs"]
    if "gmacs" in fact:
        assert round(graph.macs / 1e9, 3) == fact["gmacs"]


@pytest.mark.parametrize("number", [20, 32, 44, 56, 110, 1202])
def test_cifar_nets_follow_the_closed_form(number: int) -> None:
    n = (number - 2) // 6
    for name in (f"resnet{number}", f"plain{number}"):
        if name in PRESETS:
            graph = build_graph(preset(name))
            assert (graph.parameters, graph.macs) == (97_216 * n - 21_926, 14_155_776 * n - 1_916_288)
    convolved = build_graph(preset(f"resnet{number}", projection="B"))
    assert convolved.parameters == 97_216 * n - 21_926 + 2_752
    assert convolved.macs == 14_155_776 * n - 1_916_288 + 262_144


def test_the_stride_of_the_paper_gives_its_multiply_adds() -> None:
    # He et al. 2015, Table 1, to the digits given
    paper = {"resnet50": 3.8, "resnet101": 7.6, "resnet152": 11.3}
    counted = {name: build_graph(preset(name, bottleneck_stride="1x1")).macs / 1e9 for name in paper}
    assert counted == pytest.approx(paper, abs=0.1)


@pytest.mark.parametrize("name", PRESETS)
def test_depth_is_the_number_in_the_name(name: str) -> None:
    graph = build_graph(preset(name))
    stated = next(
        int(part) for part in label(preset(name)).replace("-", " ").replace("D", " ").split() if part.isdigit()
    )
    # the three convolutions of a deep stem count once in the name, and Wide ResNets count their projections
    deep = 2 if preset(name).stem == "deep" else 0
    wide = -2 if name.startswith("wrn") else 0
    assert graph.depth == stated + deep + wide


@pytest.mark.parametrize(("name", "field"), FIELDS.items())
def test_receptive_fields(name: str, field: int) -> None:
    assert build_graph(preset(name)).receptive_field == field


def test_plain_twins_differ_by_their_skips_alone() -> None:
    for name in PRESETS:
        if name.startswith("plain"):
            assert preset(name) == preset(name.replace("plain", "resnet"), skips=False)


def test_each_says_where_it_comes_from() -> None:
    for name, entry in PRESETS.items():
        assert entry.name == name
        assert entry.family and entry.summary and entry.paper
        assert find(entry.architecture) is entry
        assert label(entry.architecture) == entry.title
    assert len({entry.title for entry in PRESETS.values()}) == len(PRESETS)


def test_resolve_takes_differences_or_everything() -> None:
    assert resolve({"preset": "resnet56", "norm": "none"}) == preset("resnet56", norm="none")
    assert resolve(preset("wrn_16_8").model_dump()) == preset("wrn_16_8")
    assert resolve({}) == Architecture()


def test_an_override_changes_nothing_else() -> None:
    changed = preset("resnet18", stem="cifar")
    assert changed.model_dump() == {**preset("resnet18").model_dump(), "stem": "cifar"}


@pytest.mark.parametrize(
    ("typo", "meant"), [("resent56", "resnet56"), ("ReNset50", "resnet50"), ("wrn-28-01", "wrn_28_10")]
)
def test_a_typo_is_answered_with_the_nearest_names(typo: str, meant: str) -> None:
    with pytest.raises(UnknownPreset, match=typo) as caught:
        preset(typo)
    assert caught.value.suggestions[0] == meant
    assert meant in str(caught.value)


def test_a_name_like_nothing_is_answered_with_all() -> None:
    with pytest.raises(UnknownPreset, match="seresnet50"):
        resolve({"preset": "zzzz"})
    with pytest.raises(UnknownPreset):
        resolve({"preset": 5})


def test_a_wrong_override_is_refused() -> None:
    with pytest.raises(ValidationError, match="groups=2"):
        preset("resnet18", groups=2)


@pytest.mark.parametrize(
    "fields",
    [{}, {"norm": "none", "init": "xavier_normal"}, {"image_size": 8, "in_channels": 1}, {"skips": False}],
    ids=str,
)
@pytest.mark.parametrize("name", PRESETS)
def test_the_shortest_statement_is_of_the_same_network(name: str, fields: dict[str, Any]) -> None:
    architecture = preset(name, **fields)
    said = stated(architecture)
    assert resolve(said) == architecture
    assert len(said) <= len(fields) + 1
    if fields.keys() <= {"norm", "init"}:
        assert said["preset"] == name


def test_blocks_that_are_cut_are_stated_one_by_one() -> None:
    cut = preset("resnet20", skips=[True] * 8 + [False])
    assert stated(cut) == {"preset": "resnet20", "skips": [True] * 8 + [False]}
