"""compose.yaml, as the real docker compose reads it: every profile resolves, and every service is closed down."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILES = ("cluster", "tls", "observability")
OURS = ("skipscope", "ray-head", "worker")


def compose_command() -> list[str]:
    """Return the packaged docker-compose, or the machine's `docker compose` where that package does not exist."""
    spec = find_spec("compose")
    if spec is not None and spec.origin is not None:
        return [str(Path(spec.origin).with_name("docker-compose"))]
    docker = shutil.which("docker")
    assert docker, "checking compose.yaml needs docker compose on this platform"
    return [docker, "compose"]


def compose(*arguments: str, file: Path = ROOT / "compose.yaml") -> subprocess.CompletedProcess[str]:
    command = [*compose_command(), "--project-directory", str(ROOT), "-f", str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def services(*arguments: str) -> dict[str, Any]:
    answer = compose(*arguments, "config")
    assert answer.returncode == 0, answer.stderr
    return yaml.safe_load(answer.stdout)["services"]


def everything() -> dict[str, Any]:
    return services(*(f"--profile={profile}" for profile in PROFILES))


def test_without_a_profile_there_is_one_service() -> None:
    assert set(services()) == {"skipscope"}


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["--env-file", "deploy/cluster.env"], {"ray-head", "worker"}),
        (["--env-file", "deploy/tls.env"], {"proxy"}),
        (["--profile", "observability"], {"prometheus", "grafana"}),
    ],
)
def test_a_profile_adds_its_services(arguments: list[str], more: set[str]) -> None:
    assert set(services(*arguments)) == {"skipscope"} | more


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((ROOT / "compose.yaml").read_text(encoding="utf-8").replace("read_only:", "readonly:"))
    assert compose("config", "-q").returncode == 0
    assert compose("config", "-q", file=wrong).returncode != 0


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_closed_down(name: str) -> None:
    service = everything()[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["mem_limit"]) > 0


def test_every_setting_can_be_given() -> None:
    given = {name for name in everything()["skipscope"]["environment"] if name.startswith("SKIPSCOPE_")}
    settings = {f"SKIPSCOPE_{name.upper()}" for name in Settings.model_fields}
    # the image says these
    assert given == settings - {"SKIPSCOPE_HOST", "SKIPSCOPE_PORT", "SKIPSCOPE_DATA_DIR"}


def test_secrets_come_from_files_where_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SKIPSCOPE_PASSWORD_FILE", "SKIPSCOPE_ADMIN_TOKEN_FILE"):
        monkeypatch.delenv(variable, raising=False)
    found = yaml.safe_load(compose("--profile=observability", "config").stdout)
    assert found["services"]["skipscope"]["environment"]["SKIPSCOPE_ADMIN_TOKEN_FILE"] == ""
    assert Path(found["secrets"]["admin_token"]["file"]).read_bytes() == b""
    token = tmp_path / "token"
    token.write_text("0123456789abcdef", encoding="utf-8")
    monkeypatch.setenv("SKIPSCOPE_ADMIN_TOKEN_FILE", str(token))
    found = yaml.safe_load(compose("--profile=observability", "config").stdout)
    assert found["secrets"]["admin_token"]["file"] == str(token)
    inside = found["services"]["skipscope"]["environment"]["SKIPSCOPE_ADMIN_TOKEN_FILE"]
    scrape = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"][0]
    assert inside == scrape["authorization"]["credentials_file"] == "/run/secrets/admin_token"
    for name in ("skipscope", "prometheus"):
        assert {"source": "admin_token", "target": "/run/secrets/admin_token"} in [
            {"source": one["source"], "target": one["target"]} for one in found["services"][name]["secrets"]
        ]


def test_only_what_people_open_is_published() -> None:
    published = {name: len(service.get("ports", [])) for name, service in everything().items()}
    assert published == {"skipscope": 1, "proxy": 3, "grafana": 1, "ray-head": 0, "worker": 0, "prometheus": 0}


def test_ray_is_on_the_inner_network_alone() -> None:
    found = everything()
    assert [sorted(found[name]["networks"]) for name in ("ray-head", "worker")] == [["inner"], ["inner"]]
    assert yaml.safe_load(compose("config").stdout)["networks"]["inner"]["internal"] is True


def test_behind_tls_the_server_is_reached_through_the_proxy_alone() -> None:
    service = services("--env-file", "deploy/tls.env")["skipscope"]
    assert service["ports"][0]["host_ip"] == "127.0.0.1"
    assert service["environment"]["SKIPSCOPE_FORWARDED_ALLOW_IPS"] == "*"


def test_workers_scale() -> None:
    answer = compose("--env-file", "deploy/cluster.env", "config", "--no-interpolate")
    assert answer.returncode == 0, answer.stderr
    # a fixed name or a published port would let only one start
    worker = yaml.safe_load(answer.stdout)["services"]["worker"]
    assert "container_name" not in worker
    assert "ports" not in worker


def test_foreign_images_have_exact_versions() -> None:
    images = [service["image"] for service in everything().values() if "build" not in service]
    assert images != []
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []
