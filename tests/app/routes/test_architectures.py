"""Architectures over HTTP: list, formats, tags, and refusals in words."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import errors
from app.routes import architectures
from model.presets import PRESETS


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Serve these routes alone."""
    app = FastAPI()
    errors.install(app)
    app.include_router(architectures.router)
    return TestClient(app)


def test_the_list_names_every_preset(client: TestClient) -> None:
    listed = client.get("/api/architectures").json()
    assert [row["name"] for row in listed] == list(PRESETS)
    assert all(row["parameters"] > 0 and row["macs"] > 0 and row["paper"] for row in listed)


def test_differences_from_a_preset_are_summarised(client: TestClient) -> None:
    named = client.get("/api/architectures/plain34").json()
    custom = client.post("/api/architectures/summary", json={"preset": "resnet34", "skips": False}).json()
    assert named["totals"]["parameters"] == 21_623_848
    assert custom["totals"] == named["totals"]


@pytest.mark.parametrize("form", ["json", "text", "csv", "mermaid", "dot"])
def test_a_summary_is_not_sent_twice(client: TestClient, form: str) -> None:
    first = client.get("/api/architectures/resnet18", params={"format": form})
    assert first.status_code == 200
    again = client.get(
        "/api/architectures/resnet18", params={"format": form}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.content == b""


def test_a_typing_error_gets_the_nearest_names(client: TestClient) -> None:
    answer = client.get("/api/architectures/resnet65")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "resnet56" in answer.json()["suggestions"]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"preset": "resnet18", "norm": "none", "order": "bn_after_addition"}, "order", "norm"),
        ({"preset": "resnet18", "skips": [True]}, "skips", "8 blocks"),
        ({"preset": "resnet18", "depths": [0, 1]}, "depths.0", "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(client: TestClient, body: object, field: str, words: str) -> None:
    answer = client.post("/api/architectures/summary", json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert field in problem["field"]
    assert words in problem["detail"]
