"""Architectures over HTTP: list, formats, tags, and refusals in words."""

import gzip
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import brotli
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipscope.app import errors
from skipscope.app.executors.clerk import main
from skipscope.app.executors.workers import Worker, fresh_context
from skipscope.app.jobs.desk import Desk
from skipscope.app.routes import architectures
from skipscope.app.settings import Settings
from skipscope.app.wire.architectures import DrawnView, PresetView, SummaryView
from skipscope.model.describe.presets import PRESETS


async def fresh(nice: int) -> Worker:
    """Start a process that has not imported PyTorch."""
    return await Worker.make(fresh_context(), {"nice": nice}, main)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Have a desk."""
    app.state.desk = Desk(make=fresh)
    yield
    await app.state.desk.close()


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """Serve these routes alone."""
    app = FastAPI(lifespan=lifespan)
    errors.install(app)
    app.state.settings = Settings.model_validate({"max_layers": 200})
    app.include_router(architectures.router)
    with TestClient(app) as client:
        yield client


def test_the_list_names_every_preset(client: TestClient) -> None:
    listed = client.get("/api/architectures").json()
    assert [row["name"] for row in listed] == list(PRESETS)
    assert all(row["parameters"] > 0 and row["macs"] > 0 and row["paper"] for row in listed)


def test_differences_from_a_preset_are_summarised(client: TestClient) -> None:
    named = client.get("/api/architectures/plain34").json()
    custom = client.post("/api/architectures/summary", json={"preset": "resnet34", "skips": False}).json()
    assert named["totals"]["parameters"] == 21_623_848
    assert custom["totals"] == named["totals"]


@pytest.mark.parametrize(("depths", "status"), [([99], 200), ([98, 1], 200), ([100], 422), ([1000], 422)])
def test_what_is_deeper_than_runs_may_be_is_not_summarised(client: TestClient, depths: list[int], status: int) -> None:
    answer = client.post("/api/architectures/summary", json={"depths": depths, "widths": [8] * len(depths)})
    assert answer.status_code == status, answer.text[:500]
    if status == 422:
        assert (answer.json()["field"], answer.json()["limit"]) == ("depths", "200")


@pytest.mark.parametrize("form", ["json", "text", "csv", "mermaid", "dot", "python", "html"])
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
        ({"preset": "resnet18", "depths": [0, 1]}, "depths.0", "give 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(client: TestClient, body: object, field: str, words: str) -> None:
    answer = client.post("/api/architectures/summary", json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert field in problem["field"]
    assert words in problem["detail"]


def test_tags_are_strong_and_compared_in_lists(client: TestClient) -> None:
    address = "/api/architectures/resnet20"
    first = client.get(address)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert "max-age" in first.headers["Cache-Control"]
    for known in (f'"other", W/{tag}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.headers["ETag"] == tag
    assert client.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.get(address, params={"format": "csv"}).headers["ETag"] != tag


def test_a_described_preset_is_the_preset_byte_for_byte(client: TestClient) -> None:
    named = client.get("/api/architectures/resnet1202")
    custom = client.post("/api/architectures/summary", json=named.json()["architecture"])
    assert custom.content == named.content
    assert custom.headers["ETag"] == named.headers["ETag"]


def test_a_client_that_draws_gets_no_nodes_and_edges(client: TestClient) -> None:
    address = "/api/architectures/plain56"
    whole, drawn = client.get(address).json(), client.get(address, params={"graph": "places"}).json()
    assert set(whole["graph"]) - set(drawn["graph"]) == {"nodes", "edges"}
    assert whole["graph"]["nodes"] == whole["layers"] == drawn["layers"]
    assert {**whole, "graph": drawn["graph"]} == drawn
    assert DrawnView.model_validate(drawn).model_dump(mode="json") == drawn
    described = {"preset": "plain56"}
    assert client.post("/api/architectures/summary", params={"graph": "places"}, json=described).json() == drawn
    assert client.get(address, params={"graph": "none"}).status_code == 422


@pytest.mark.parametrize(("encoding", "most"), [("br", 60_000), ("gzip", 100_000)])
def test_the_deepest_preset_fits_its_budget(client: TestClient, encoding: str, most: int) -> None:
    address, headers = "/api/architectures/resnet1202?graph=places", {"accept-encoding": encoding}
    with client.stream("GET", address, headers=headers) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == encoding
    assert len(sent) < most
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert plain.content == (brotli.decompress(sent) if encoding == "br" else gzip.decompress(sent))
    tags = [plain.headers["ETag"], answer.headers["ETag"]]
    assert tags[0] != tags[1], "a strong tag is that of exactly these bytes"
    assert [client.get(address, headers={**headers, "If-None-Match": tag}).status_code for tag in tags] == [200, 304]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_answer_to_a_description_is_compressed_too(client: TestClient, encoding: str) -> None:
    described, headers = {"preset": "resnet56"}, {"accept-encoding": encoding}
    answer = client.post("/api/architectures/summary", json=described, headers=headers)
    assert answer.headers["content-encoding"] == encoding
    assert int(answer.headers["content-length"]) < 0.1 * len(answer.content)
    assert answer.json()["totals"]["blocks"] == 27


def test_a_short_document_is_sent_as_it_is(client: TestClient) -> None:
    net = {"depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4}
    answer = client.post("/api/architectures/summary?format=dot", json=net)
    assert (len(answer.content) < 1024) == ("content-encoding" not in answer.headers)


@pytest.mark.parametrize("name", ["resnet18", "preact_resnet164", "plain56"])
def test_answers_are_as_documented(client: TestClient, name: str) -> None:
    body = client.get(f"/api/architectures/{name}").json()
    assert SummaryView.model_validate(body).model_dump(mode="json") == body
    presets = client.get("/api/architectures").json()
    assert [PresetView.model_validate(row).model_dump() for row in presets] == presets


def test_the_document_tells_of_formats_examples_and_refusals(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for call in (paths["/api/architectures/{name}"]["get"], paths["/api/architectures/summary"]["post"]):
        assert {"200", "304", "404", "422"} <= set(call["responses"])
        answer = call["responses"]["200"]["content"]
        assert set(answer) == {
            "application/json", "text/plain", "text/csv", "text/vnd.graphviz", "text/x-python", "text/html",
        }  # fmt: skip
        assert "application/problem+json" in call["responses"]["422"]["content"]
    body = paths["/api/architectures/summary"]["post"]["requestBody"]["content"]["application/json"]
    assert {"preset", "skips", "order"} <= set(body["schema"]["properties"])
    for example in body["examples"].values():
        assert client.post("/api/architectures/summary", json=example["value"]).status_code == 200


def test_an_unknown_format_is_refused(client: TestClient) -> None:
    answer = client.get("/api/architectures/resnet18", params={"format": "yaml"})
    assert answer.status_code == 422
    assert "python" in answer.json()["detail"]
