"""Every setting of the server, from the environment with the prefix SKIPSCOPE_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can choose; docs/settings.md tells the same."""

    model_config = SettingsConfigDict(env_prefix="SKIPSCOPE_", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    data_dir: Path = Field(Path("data"), description="Folder for everything that outlives the server.")
    slots: int = Field(2, ge=1, le=64, description="Runs that train at the same time.")
    threads: int = Field(0, ge=0, le=256, description="Threads for all trainings together; 0: the machine's cores.")
    max_queue: int = Field(200, ge=0, le=10_000, description="Runs that may wait for a slot.")
    max_steps: int = Field(20_000, ge=1, le=1_000_000, description="Longest run, in steps.")
    max_body: int = Field(262_144, ge=1024, le=16_777_216, description="Largest request body, in bytes.")
    keep_events: int = Field(
        20_000, ge=100, le=1_000_000, description="Events of a run that are kept for late readers."
    )
    heartbeat: float = Field(15.0, gt=0, le=300, description="Seconds between signs of life on a silent stream.")
