"""The dashboard asks for figures that the server really gives, in queries that Prometheus understands."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from scripts.serving import serving

ROOT = Path(__file__).resolve().parent.parent.parent
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboards/skipscope.json").read_text(encoding="utf-8"))
QUERIES: list[str] = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names that the server declares, whether or not anything was counted yet."""
    with (
        serving(tmp_path_factory.mktemp("data")) as (url, _),
        urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer,
    ):
        text = answer.read().decode()
    declared = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    parts = {"histogram": ("_bucket", "_sum", "_count")}
    return {name + part for name, kind in declared for part in parts.get(kind, ("",))}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_what_is_given(query: str, given: set[str]) -> None:
    promql_parser.parse(query)
    named = set(re.findall(r"\b(?:skipscope|process)_\w+", query))
    assert named != set()
    assert named <= given


def test_a_query_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        promql_parser.parse("rate(skipscope_steps_total[1m]")


def test_panels_have_a_place_and_a_source_each() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    source = load("deploy/grafana/provisioning/datasources/prometheus.yaml")["datasources"][0]
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {source["uid"]}


def test_what_is_provisioned_is_what_compose_mounts() -> None:
    services = load("compose.yaml")["services"]
    mounts = dict(volume.split(":")[:2] for volume in services["grafana"]["volumes"])
    provider = load("deploy/grafana/provisioning/dashboards/skipscope.yaml")["providers"][0]
    assert mounts["./deploy/grafana/dashboards"] == provider["options"]["path"]
    source = load("deploy/grafana/provisioning/datasources/prometheus.yaml")["datasources"][0]
    assert source["url"] == "http://prometheus:9090"
    assert "prometheus" in services
    target = load("deploy/prometheus.yml")["scrape_configs"][0]["static_configs"][0]["targets"][0]
    assert target == "skipscope:8000"
