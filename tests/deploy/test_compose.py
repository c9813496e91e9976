"""compose.yaml, as the real docker compose reads it: every profile resolves, and every service is closed down."""

import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from skipscope.app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILES = ("cluster", "tls", "observability")
OURS = ("skipscope", "ray-head", "worker")
CLUSTER = ("-f", "compose.yaml", "-f", "deploy/cluster.yaml")
TLS = ("-f", "compose.yaml", "-f", "deploy/tls.yaml")
GIVEN = {"SKIPSCOPE_DOMAIN": "class.example.org", "SKIPSCOPE_PASSWORD": "a long one", "RAY_AUTH_TOKEN": "0123"}
PRINTED = ("compose.yaml", "deploy/cluster.yaml", "deploy/tls.yaml", "docs/deploy.md", "docs/workshop.md")


def compose_command() -> list[str]:
    """Return the packaged docker-compose, or the machine's `docker compose` where that package does not exist."""
    spec = find_spec("compose")
    if spec is not None and spec.origin is not None:
        return [str(Path(spec.origin).with_name("docker-compose"))]
    docker = shutil.which("docker")
    assert docker, "checking compose.yaml needs docker compose on this platform"
    return [docker, "compose"]


def compose(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*compose_command(), *arguments], capture_output=True, text=True, check=False, cwd=folder, timeout=60
    )


def config(*arguments: str, folder: Path = ROOT) -> dict[str, Any]:
    answer = compose(*arguments, "config", folder=folder)
    assert answer.returncode == 0, answer.stderr
    return yaml.safe_load(answer.stdout)


def services(*arguments: str) -> dict[str, Any]:
    return config(*arguments)["services"]


def printed() -> list[str]:
    """Return what every printed `docker compose … up` says between the two words."""
    texts = ((ROOT / name).read_text(encoding="utf-8") for name in PRINTED)
    return sorted({found for text in texts for found in re.findall(r"docker compose ?([^`\n]*?) up\b", text)})


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Return a folder that holds what docs/workshop.md says to take along, packed and unpacked as it says."""
    workshop = (ROOT / "docs/workshop.md").read_text(encoding="utf-8")
    packing = re.search(r"^ *tar czf \S+ (.*?) *(?:#.*)?$", workshop, re.MULTILINE)
    assert packing
    for name in packing[1].split():
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def everything() -> dict[str, Any]:
    return services(*(f"--profile={profile}" for profile in PROFILES))


def test_without_a_profile_there_is_one_service() -> None:
    assert set(services()) == {"skipscope"}


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (CLUSTER, {"ray-head", "worker"}),
        (["--profile", "cluster"], {"ray-head", "worker"}),
        (TLS, {"proxy"}),
        (["--profile", "tls"], {"proxy"}),
        (["--profile", "observability"], {"prometheus", "grafana"}),
        ([*TLS, "-f", "deploy/cluster.yaml", "--profile", "observability"],
         {"ray-head", "worker", "proxy", "prometheus", "grafana"}),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("given")
def test_a_profile_adds_its_services(arguments: list[str], more: set[str]) -> None:
    assert set(services(*arguments)) == {"skipscope"} | more


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    (tmp_path / "right.yaml").write_text(text)
    (tmp_path / "wrong.yaml").write_text(text.replace("read_only:", "readonly:"))
    assert compose("-f", "right.yaml", "config", "-q", folder=tmp_path).returncode == 0
    assert compose("-f", "wrong.yaml", "config", "-q", folder=tmp_path).returncode != 0


@pytest.mark.parametrize("arguments", printed())
def test_what_is_set_in_the_env_file_counts_whatever_is_printed(arguments: str, room: Path) -> None:
    (room / ".env").write_text("".join(f"{name}={value}\n" for name, value in GIVEN.items()))
    environment = config(*shlex.split(arguments), folder=room)["services"]["skipscope"]["environment"]
    assert environment["SKIPSCOPE_PASSWORD"] == GIVEN["SKIPSCOPE_PASSWORD"]


def test_commands_are_printed_for_every_profile() -> None:
    found = " ".join(printed())
    assert [name for name in ("deploy/cluster.yaml", "deploy/tls.yaml", "observability") if name not in found] == []
    # it would stand in the place of .env, with the password in it
    assert "--env-file" not in found


@pytest.mark.parametrize("arguments", [CLUSTER, TLS])
def test_what_a_profile_needs_is_asked_for(arguments: list[str], room: Path) -> None:
    answer = compose(*arguments, "config", "-q", folder=room)
    assert answer.returncode != 0
    assert "into .env" in answer.stderr


def test_everything_that_is_mounted_is_taken_along(room: Path) -> None:
    (room / ".env").write_text("".join(f"{name}={value}\n" for name, value in GIVEN.items()))
    found = config(*TLS, "-f", "deploy/cluster.yaml", "--profile", "observability", folder=room)
    mounts = [volume for service in found["services"].values() for volume in service.get("volumes", [])]
    sources = [volume["source"] for volume in mounts if volume["type"] == "bind"]
    sources += [secret["file"] for secret in found["secrets"].values()]
    assert len(sources) >= 5
    # Docker makes no empty folder in the place of what is missing: it refuses to start
    assert [source for source in sources if not Path(source).exists()] == []


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
    found = config("--profile=observability")
    assert found["services"]["skipscope"]["environment"]["SKIPSCOPE_ADMIN_TOKEN_FILE"] == ""
    assert Path(found["secrets"]["admin_token"]["file"]).read_bytes() == b""
    token = tmp_path / "token"
    token.write_text("0123456789abcdef", encoding="utf-8")
    monkeypatch.setenv("SKIPSCOPE_ADMIN_TOKEN_FILE", str(token))
    found = config("--profile=observability")
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


@pytest.mark.usefixtures("given")
def test_only_those_meet_that_must() -> None:
    found = config(*TLS, "-f", "deploy/cluster.yaml", "--profile", "observability")
    networks = {name: set(service["networks"]) for name, service in found["services"].items()}
    met = {
        network: {name for name, joined in networks.items() if network in joined}
        for network in sorted(set[str]().union(*networks.values()))
    }
    assert met == {
        "outer": {"skipscope", "proxy"},
        "cluster": {"skipscope", "ray-head", "worker"},
        "scrape": {"skipscope", "prometheus"},
        "query": {"prometheus", "grafana"},
        "dashboard": {"grafana"},
    }
    internal = {name for name, network in found["networks"].items() if network.get("internal")}
    assert internal == {"cluster", "scrape", "query"}
    # without a cluster the server is on none
    assert set(services()["skipscope"]["networks"]) == {"outer", "scrape"}


def test_nobody_can_log_in_to_grafana() -> None:
    environment = everything()["grafana"]["environment"]
    assert [name for name in environment if "PASSWORD" in name] == []
    assert environment["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert environment["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"
    assert environment["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"


@pytest.mark.usefixtures("given")
def test_behind_tls_the_server_is_reached_through_the_proxy_alone() -> None:
    service = services(*TLS)["skipscope"]
    assert [port["host_ip"] for port in service["ports"]] == ["127.0.0.1"]
    assert service["environment"]["SKIPSCOPE_FORWARDED_ALLOW_IPS"] == "*"
    assert service["environment"]["SKIPSCOPE_ALLOWED_HOSTS"] == GIVEN["SKIPSCOPE_DOMAIN"]


@pytest.mark.usefixtures("given")
def test_all_of_a_cluster_is_one_image_and_has_one_token() -> None:
    found = services(*CLUSTER)
    assert len({found[name]["image"] for name in OURS}) == 1
    assert {found[name]["build"]["args"]["EXTRAS"] for name in OURS} == {"ray"}
    assert {found[name]["environment"]["RAY_AUTH_TOKEN"] for name in OURS} == {GIVEN["RAY_AUTH_TOKEN"]}
    assert {found[name]["environment"]["RAY_AUTH_MODE"] for name in OURS} == {"token"}


def test_workers_scale() -> None:
    # a fixed name or a published port would let only one start
    worker = everything()["worker"]
    assert "container_name" not in worker
    assert "ports" not in worker


def test_foreign_images_have_exact_versions() -> None:
    images = [service["image"] for service in everything().values() if "build" not in service]
    assert images != []
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []
