"""Who asks, behind a proxy: believed from the addresses that the operator names, and from nobody else."""

from pathlib import Path

import httpx2
import pytest

from scripts.serving import COMMAND, serving

TIGHT = {"SKIPSCOPE_RATE_CHANGES": "1", "SKIPSCOPE_RATE_SHARE": "2"}
TRIES = 16


def refused(url: str, said: str) -> int:
    """Count refusals of requests that say, in X-Forwarded-For, each another address in place of the star."""
    with httpx2.Client(base_url=url, timeout=30) as client:
        answers = [
            client.delete("/api/runs/none", headers={"X-Forwarded-For": said.replace("*", str(i + 1))}).status_code
            for i in range(TRIES)
        ]
    assert set(answers) <= {404, 429}
    return answers.count(429)


def test_a_proxy_on_this_machine_is_believed_and_says_who_asks(tmp_path: Path) -> None:
    with serving(tmp_path, environment=TIGHT) as (url, _):
        assert refused(url, "203.0.113.*") == 0
        # what a client wrote before the proxy added its address is the client's word alone
        assert refused(url, "203.0.113.*, 198.51.100.7") >= TRIES - 5
        answer = httpx2.get(url, headers={"X-Forwarded-Proto": "https"})
        assert "secure" in answer.headers["set-cookie"].lower()
        assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize("trusted", ["", "192.0.2.1, 10.0.0.0/8"])
def test_nobody_else_is_believed(trusted: str, tmp_path: Path) -> None:
    command = [*COMMAND, "--forwarded-allow-ips", trusted]
    with serving(tmp_path, command, TIGHT) as (url, _):
        assert refused(url, "203.0.113.*") >= TRIES - 5
        answer = httpx2.get(url, headers={"X-Forwarded-Proto": "https"})
        assert "secure" not in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" not in answer.headers


def test_a_network_of_proxies_is_believed_and_runs_are_counted_by_who_asks(tmp_path: Path) -> None:
    small = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
    wish = {"variants": [small], "batch_size": 4, "steps": 20_000, "state": "paused"}
    chosen = {**TIGHT, "SKIPSCOPE_FORWARDED_ALLOW_IPS": "192.0.2.1,127.0.0.0/8", "SKIPSCOPE_CLIENT_RUNS": "1"}
    with serving(tmp_path, environment=chosen) as (url, _):
        assert refused(url, "203.0.113.*") == 0
        with httpx2.Client(base_url=url, timeout=60) as client:
            said = ["198.51.100.1", "198.51.100.2", "198.51.100.1"]
            answers = [client.post("/api/runs", json=wish, headers={"X-Forwarded-For": one}) for one in said]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert answers[-1].json()["title"] == "Too many runs of yours"
