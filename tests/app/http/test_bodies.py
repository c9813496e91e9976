"""Bodies that are no JSON, or too many bytes of it, to every operation that takes one."""

from collections.abc import Iterator
from typing import Any

import pytest

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.guard.security import PICTURE_BODY, PICTURED
from skipscope.app.main import create_app
from skipscope.app.settings import Settings

OPERATIONS = [
    (method.upper(), path)
    for path, operations in create_app(Settings.model_validate({})).openapi()["paths"].items()
    for method, operation in operations.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]
NO_JSON = [
    rb'{"\ud800": 1}', rb'{"name": "\ud800"}', rb'{"variants": [{"\ud800": 1}]}',
    rb'{"\ud800\ud800": {"\udfff": "\ud800"}}', rb'{"preset": "\ud800"}', rb'"\ud800"', b'{"lr": NaN}',
    b'{"max_rate": Infinity}', b'{"lr": 1e999}', b"\xff\xfe{\x00}\x00", b'{"a": "\xed\xa0\x80"}', b'{"a": 1',
    rb'{"variants": [{"preset": "\ud800"}]}', b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
]  # fmt: skip


def test_there_are_operations_that_take_bodies() -> None:
    assert len(OPERATIONS) >= 6


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: repr(body[:24]))
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_is_no_json_is_refused_in_words(api: Any, method: str, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.http.request(method, path.replace("{run_id}", "none"), content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE), answer.text
    assert answer.json()["detail"].startswith("The body is no JSON: ")
    assert answer.json()["remedy"]


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "in chunks"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_body_that_is_too_long_is_said_to_be_so(api: Any, method: str, path: str, counted: bool) -> None:
    # some may have a picture, if their length is announced
    pictured = counted and path in PICTURED
    limit = PICTURE_BODY if pictured else Settings.model_validate({}).max_body

    def parts() -> Iterator[bytes]:
        for _ in range(limit // 65_536 + 1):
            yield b" " * 65_536

    content = b"".join(parts()) if counted else parts()
    headers = {"Content-Type": "application/json"}
    answer = api.http.request(method, path.replace("{run_id}", "none"), content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (413, MEDIA_TYPE), answer.text
    assert answer.json()["limit"] == str(limit)
    assert ("scale the picture down" if pictured else "SKIPSCOPE_MAX_BODY") in answer.json()["remedy"]
