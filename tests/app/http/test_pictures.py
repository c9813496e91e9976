"""A picture of one's own over HTTP: it goes through the networks, and is kept nowhere; anything else is refused."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

NET: dict[str, Any] = {"preset": "resnet20", "depths": [1], "widths": [4], "stem_width": 4}
MAPS: dict[str, Any] = {"kind": "maps", "variants": [NET], "batch_size": 16, "steps": 2, "blocks": 1, "channels": 1}


def photo(side: int = 600, form: str = "PNG") -> bytes:
    """Return a picture of more than a body may have otherwise."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (side, side, 3), np.uint8)).save(file, form)
    return file.getvalue()


def asked(picture: bytes | str, **fields: Any) -> dict[str, Any]:
    text = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
    return {**MAPS, **fields, "picture": text}


def test_it_goes_through_the_networks_and_is_kept_nowhere(serve: Any) -> None:
    large = photo()
    assert len(large) > 262_144
    with serve(log_level="debug") as (url, server):
        api = serve.api(url)
        estimated = api.http.post("/api/experiments/estimate", json=asked(large))
        assert estimated.status_code == 200, estimated.text
        key = {"Idempotency-Key": "a picture"}
        begun, again = (api.http.post("/api/experiments", json=asked(large), headers=key) for _ in range(2))
        assert begun.status_code == 201, begun.text
        assert begun.json()["id"] == again.json()["id"]
        *_, last = api.follow(begun.json())
        assert last.data["state"] == "done", last
        found = api.http.get(f"/api/experiments/{begun.json()['id']}").json()
        assert "picture" not in found["request"]
        assert found["result"]["image"] == {"index": None, "class": None, "pixels": None}
        assert "for your picture" in found["result"]["sentences"][0]
    small = io.BytesIO()
    Image.open(io.BytesIO(large)).resize((32, 32), Image.Resampling.BILINEAR).save(small, "PNG")
    marks = [large[1000:1040], base64.b64encode(large)[1200:1240], base64.b64encode(small.getvalue())[80:120]]
    files = [path for path in serve.folder.rglob("*") if path.is_file() and path.name != "reserve"]
    assert any(path.name == "runs.db" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [mark for mark in marks if mark in content], path
    del server


@pytest.mark.parametrize(
    ("picture", "word"),
    [
        ("no base64", "base64"),
        (b"%PDF-1.7", "a PDF document"),
        (photo(20, "GIF"), "a GIF image"),
        (photo(60)[:900], "damaged"),
        (b"", "empty"),
    ],
)
def test_anything_else_is_refused_before_it_starts(api: Any, picture: bytes | str, word: str) -> None:
    for address in ("/api/experiments", "/api/experiments/estimate"):
        answer = api.http.post(address, json=asked(picture))
        assert (answer.status_code, answer.json()["field"]) == (422, "picture"), answer.text
        assert word in answer.json()["detail"]
        assert answer.json()["remedy"]


def test_it_has_a_size_and_other_bodies_keep_theirs(api: Any) -> None:
    answer = api.http.post("/api/experiments", json=asked("A" * 12_000_000))
    assert (answer.status_code, answer.json()["field"]) == (413, "body")
    assert "scale the picture down" in answer.json()["remedy"]
    answer = api.http.post("/api/runs", content=b" " * 300_000, headers={"Content-Type": "application/json"})
    assert "SKIPSCOPE_MAX_BODY" in answer.json()["remedy"]
    answer = api.http.post("/api/experiments", json={**MAPS, "kind": "paths", "picture": "AA=="})
    assert (answer.status_code, answer.json()["field"]) == (422, "blocks")
