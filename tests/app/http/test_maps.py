"""One block's maps over HTTP: what is answered, and what is refused, field by field."""

from typing import Any

import pytest

NET = {"preset": "resnet20", "norm": "none", "init": "xavier_normal"}
WISH = {"variants": [NET], "block": "layer1.1", "batch_size": 16, "image": 3}


def test_with_f_at_zero_the_output_is_the_input(api: Any) -> None:
    answer = api.http.post("/api/probe/maps", json={**WISH, "variants": [NET, {**NET, "residual_init": "skipinit"}]})
    assert answer.status_code == 200, answer.text
    usual, zero = answer.json()["variants"]
    assert usual["maps"]["x"]["pixels"] != usual["maps"]["sum"]["pixels"]
    assert 0.5 < usual["identity_share"] < 1
    maps = zero["maps"]
    assert maps["x"]["pixels"] == maps["sum"]["pixels"] == maps["output"]["pixels"]
    assert maps["branch"]["peak"] == maps["grad_branch"]["peak"] == 0
    assert maps["grad_identity"]["pixels"] == maps["grad_sum"]["pixels"] == maps["grad_x"]["pixels"]
    assert zero["identity_share"] == 1
    assert zero["image"]["map"]["shape"] == [1, 8, 8]
    assert zero["layers"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"block": "layer9.0"}, "block"),
        ({"block": "layer3.7"}, "block"),
        ({"image": 16}, "image"),
        ({"image": 3000, "batch_size": 4096}, "image"),
        ({"first_channel": 16}, "first_channel"),
        ({"dataset": "none_such"}, "dataset"),
        ({"strengths": [[1.0]]}, "strengths.0"),
        ({"layer": True}, "layer"),
    ],
)
def test_a_refusal_names_its_field(api: Any, fields: dict[str, Any], field: str) -> None:
    answer = api.http.post("/api/probe/maps", json={**WISH, **fields})
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert answer.json()["detail"]


def test_a_block_is_needed(api: Any) -> None:
    answer = api.http.post("/api/probe/maps", json={"variants": [NET]})
    assert answer.status_code == 422
    assert answer.json()["field"] == "block"
