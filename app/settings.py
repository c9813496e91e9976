"""Every setting of the server, from the environment with the prefix SKIPSCOPE_."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from skipscope.model.describe.devices import AskedDevice

MIN_TOKEN = 16
GOOD_PASSWORD = 8


class Settings(BaseSettings):
    """The operator's choices; docs/settings.md lists the same."""

    model_config = SettingsConfigDict(env_prefix="SKIPSCOPE_", frozen=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(Path("data"), description="Folder for everything that outlives the server.")
    allowed_hosts: str = Field(
        "",
        description="Names for the page beside addresses, localhost and the machine's own, by commas; *: any.",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1",
        description="Proxies trusted to name the client: addresses or networks, separated by commas; *: any.",
        validation_alias=AliasChoices("SKIPSCOPE_FORWARDED_ALLOW_IPS", "FORWARDED_ALLOW_IPS", "forwarded_allow_ips"),
    )
    password: SecretStr = Field(
        SecretStr(""), description="The workshop's password, asked for by the browser; empty: none is needed."
    )
    password_file: str = Field("", description="File with the workshop's password, instead of the password itself.")
    admin_token: SecretStr = Field(
        SecretStr(""),
        description="Token whose holder may change and list everybody's runs and read all figures.",
    )
    admin_token_file: str = Field("", description="File with the admin token, instead of the token itself.")
    write_token: SecretStr = Field(
        SecretStr(""),
        description="Token whose holder may send runs that train elsewhere; empty: nobody sends any.",
    )
    write_token_file: str = Field("", description="File with the write token, instead of the token itself.")
    shared_runs: bool = Field(
        False, description="Whether everybody may change and delete everybody's runs; else only their owners."
    )
    max_body: int = Field(262_144, ge=1024, le=16_777_216, description="Largest request body, in bytes.")
    upload_megabytes: float = Field(
        256.0, ge=0, le=1e5, description="Largest file of weights that may be uploaded, in MB; 0: none may be."
    )
    rate_reads: int = Field(
        1200, ge=0, le=1_000_000, description="Pages and answers that one browser may ask for a minute; 0: any number."
    )
    rate_streams: int = Field(
        120,
        ge=0,
        le=1_000_000,
        description="Streams and replays of events that one browser may open a minute; 0: any number.",
    )
    rate_probes: int = Field(
        600, ge=0, le=1_000_000, description="Probes, summaries and exports of one browser a minute; 0: any number."
    )
    rate_changes: int = Field(
        600, ge=0, le=1_000_000, description="Requests of one browser a minute that change something; 0: any number."
    )
    rate_passwords: int = Field(
        60,
        ge=1,
        le=1_000_000,
        description="Wrong passwords from one address a minute; beyond it none is accepted from there.",
    )
    rate_share: int = Field(
        100, ge=1, le=10_000, description="Requests of one network address, in shares of one browser."
    )

    address_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Part of queues and streams that one network address may use; 1: addresses do not count.",
    )

    max_streams: int = Field(2000, ge=1, le=100_000, description="Streams of events that may be open at the same time.")
    client_streams: int = Field(
        20,
        ge=1,
        le=100_000,
        description="Streams that one browser may have open; an address, times rate_share, in its share of all.",
    )
    max_connections: int = Field(
        8000, ge=8, le=100_000, description="Connections that may be open; above it requests are answered with 503."
    )
    request_seconds: float = Field(
        30.0,
        gt=0,
        le=3600,
        description="Longest time of a request to arrive, in seconds, with one more for each 100 kB of its body.",
    )
    stall_seconds: float = Field(
        60.0, gt=0, le=3600, description="A reader that reads nothing of an answer for so long is cut off, in seconds."
    )

    executor: Literal["local", "ray"] = Field(
        "local", description="The place of runs: local, this machine, or ray, a cluster."
    )
    ray_address: str = Field(
        "",
        description="Address of the Ray head; RAY_ADDRESS does as well. Empty: start Ray on this machine.",
        validation_alias=AliasChoices("SKIPSCOPE_RAY_ADDRESS", "RAY_ADDRESS", "ray_address"),
    )
    ray_gpus: float = Field(0.0, ge=0, le=8, description="GPUs that each run on the cluster asks for.")
    device: AskedDevice = Field(
        "auto",
        description="Device of jobs that name none: cpu, cuda (a GPU), mps (a Mac's); auto: the best there is.",
    )
    device_memory: int = Field(
        0, ge=0, le=4_194_304, description="Memory of the GPU for all runs together, in MiB; 0: 80 % of the GPU's."
    )
    slots: int = Field(2, ge=1, le=1024, description="Runs that train at the same time.")
    lessons: str = Field("", description="Folder of own chapters for Learn, beside the package's.")
    kinds: str = Field("", description="Own kinds of experiments, by commas, each as module:NAME of a Kind.")
    threads: int = Field(
        0, ge=0, le=256, description="Threads for all trainings together; 0: the machine's cores but one."
    )
    probers: int = Field(1, ge=1, le=16, description="Processes that answer probes.")
    probe_seconds: float = Field(60.0, gt=0, le=3600, description="Longest time that a probe may take.")
    max_probes: int = Field(800, ge=1, le=10_000, description="Probes that may wait.")
    worker_memory: int = Field(
        0,
        ge=0,
        le=4_194_304,
        description="Most memory of a run's process, in MiB; 0: 1.5 times run_memory.",
    )
    nice: int = Field(
        5, ge=0, le=19, description="Niceness of the trainings, which makes them yield to the web process."
    )

    memory: int = Field(
        0, ge=0, le=4_194_304, description="Memory for all runs together, in MiB; 0: 60 % of the machine's."
    )
    run_memory: int = Field(
        0,
        ge=0,
        le=4_194_304,
        description="Most memory that one run may need, in MiB; 0: an equal share of memory for each slot.",
    )
    max_steps: int = Field(20_000, ge=1, le=1_000_000, description="Longest run, in steps.")
    max_layers: int = Field(1500, ge=1, le=20_000, description="Deepest network, in weighted layers.")
    max_seconds: float = Field(3600.0, gt=0, le=1e7, description="Longest time that a run may train, in seconds.")
    max_step_seconds: float = Field(
        300.0,
        gt=0,
        le=1e5,
        description="Longest time between two signs of a training; after it the training is ended as stuck.",
    )
    max_queue: int = Field(800, ge=0, le=10_000, description="Runs that may wait for a slot.")
    client_runs: int = Field(10, ge=1, le=10_000, description="Runs of one client that wait, train or are paused.")
    client_slots: int = Field(
        0, ge=0, le=1024, description="Slots that one client may hold; 0: all but one, so that another finds one."
    )
    idle_seconds: float = Field(
        300.0, ge=0, le=1e7, description="A run that nobody reads for so long is paused; 0: never."
    )
    paused_seconds: float = Field(
        1800.0, gt=0, le=1e7, description="A paused run that nobody reads for so long is stopped."
    )

    outside_runs: int = Field(
        50, ge=1, le=10_000, description="Runs under way that train elsewhere; a silent one makes room for a new one."
    )
    outside_megabytes: float = Field(
        256.0, gt=0, le=1e6, description="Most records of one run that trains elsewhere, in MB; it is stopped then."
    )
    outside_kilobytes: float = Field(
        1024.0, gt=0, le=1e6, description="Records that one such run may send a second, in kB."
    )
    outside_seconds: float = Field(
        86_400.0, gt=0, le=1e7, description="A run that trains elsewhere and is silent for so long has ended."
    )

    keep_events: int = Field(512, ge=16, le=100_000, description="Latest events of a run that are kept in memory.")
    keep_days: float = Field(30.0, ge=0, le=36_500, description="Runs older than this are deleted; 0: never.")
    keep_megabytes: float = Field(
        2048.0,
        ge=0,
        le=1e9,
        description="Above this size runs are deleted, first of the owner with most, never the newest, in MB; 0: none.",
    )
    keep_weights_megabytes: float = Field(
        1024.0,
        ge=0,
        le=1e9,
        description="Final weights of ended runs that are kept, in MB; beyond it the oldest go, first of the owner "
        "with most; 0: none are kept.",
    )
    heartbeat: float = Field(15.0, gt=0, le=300, description="Seconds between signs of life on a silent stream.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="Form of the logs; auto: for people on a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Lowest level that is logged.")

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """Refuse a text that is no address: a name would never match, without a word."""
        for part in (part.strip() for part in value.split(",") if part.strip() and value.strip() != "*"):
            try:
                ip_network(part)
            except ValueError as error:
                raise ValueError(
                    f"{error}; give addresses such as 10.0.0.2, networks such as 10.0.0.0/8, or *"
                ) from error
        return value

    @model_validator(mode="after")
    def _secrets(self) -> Self:
        token, password = self.secret("admin_token"), self.secret("password")
        if 0 < len(token) < MIN_TOKEN:
            raise ValueError(
                f"SKIPSCOPE_ADMIN_TOKEN has {len(token)} characters; at least {MIN_TOKEN}: `openssl rand -hex 16`"
            )
        if token and token == password:
            raise ValueError("SKIPSCOPE_ADMIN_TOKEN is the workshop's password; choose another one")
        write = self.secret("write_token")
        if 0 < len(write) < MIN_TOKEN:
            raise ValueError(
                f"SKIPSCOPE_WRITE_TOKEN has {len(write)} characters; at least {MIN_TOKEN}: `openssl rand -hex 16`"
            )
        if write and write in (token, password):
            raise ValueError("SKIPSCOPE_WRITE_TOKEN is the admin token or the workshop's password; choose another one")
        return self

    @property
    def weakness(self) -> str | None:
        """Say why the workshop's password is weak; None if it is not, or if there is none."""
        if not 0 < len(self.secret("password")) < GOOD_PASSWORD:
            return None
        return (
            f"SKIPSCOPE_PASSWORD has fewer than {GOOD_PASSWORD} characters and can be guessed: four digits last "
            f"{10_000 / self.rate_passwords / 60:.2g} hours at {self.rate_passwords} tries a minute; use a longer one"
        )

    @property
    def has_admin(self) -> bool:
        """Return whether there is an admin token."""
        return bool(self.admin_token.get_secret_value() or self.admin_token_file)

    @property
    def has_writers(self) -> bool:
        """Return whether there is a write token."""
        return bool(self.write_token.get_secret_value() or self.write_token_file)

    @property
    def outside_bytes(self) -> float:
        """Return how many bytes a second one run that trains elsewhere may send."""
        return self.outside_kilobytes * 1000

    def share_of(self, most: int) -> int:
        """Return how many of a number of places one network address may take."""
        return max(1, int(most * self.address_share))

    def secret(self, name: Literal["password", "admin_token", "write_token"]) -> str:
        """Return a secret, from the environment or from its file, whose last line end does not count."""
        given: SecretStr = getattr(self, name)
        file: str = getattr(self, f"{name}_file")
        variable = f"SKIPSCOPE_{name.upper()}"
        if not file:
            return given.get_secret_value()
        if given.get_secret_value():
            raise ValueError(f"{variable} and {variable}_FILE are both set; set one")
        try:
            found = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{variable}_FILE={file} cannot be read: {error}") from error
        if not found:
            raise ValueError(f"{variable}_FILE={file} is empty; write the secret into it, or unset the variable")
        return found
