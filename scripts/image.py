"""Build the Dockerfile and run the image with buildah and podman, in storage of their own; no engine is needed."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from scripts import debian

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"buildah": "buildah", "podman": "podman", "runc": "runc", "debootstrap": "debootstrap"}
BASE = "localhost/python:3.11-slim"
COMPILER = "localhost/python:3.11"
PYTHON = ("python3", "python3-venv", "ca-certificates")
BASES = {BASE: PYTHON, COMPILER: (*PYTHON, "g++", "python3-dev")}
CACHE = "/var/tmp/skipscope-image"  # noqa: S108  (kept between calls, as long as the machine is)
STORE_LIMIT = 16 << 30
"""Bytes of layers above which those of earlier builds go: a change of the code leaves 3 to 4 GB behind."""
NEEDED = 10 << 30
"""Bytes on the disk that both images take when they are built from nothing."""
STORAGE = """[storage]
driver = "{driver}"
graphroot = "{folder}/graph"
runroot = "{folder}/run"
"""
CONTAINERS = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
BUILD = (
    *("buildah", "bud", "--isolation", "chroot", "--layers", "--pull-never", "--format", "docker"),
    *("--build-arg", f"BASE_IMAGE={BASE}", "--build-arg", f"COMPILER_IMAGE={COMPILER}"),
)
SLIM = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/info")


def folder_of_layers() -> Path:
    """Return the folder in which layers of earlier builds are kept between calls."""
    folder = Path(os.environ.get("SKIPSCOPE_IMAGE_CACHE", CACHE))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def alone() -> FileLock:
    """Return a lock: two workers of the tests neither ask apt at the same time nor make the same base."""
    return FileLock(folder_of_layers() / "lock")


def install_programs() -> None:
    """Install what is missing from Debian's packages, as root."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if not missing:
        return
    if not debian.can_install():
        raise FileNotFoundError(
            f"the image tests need {', '.join(missing)}: as root on Debian or Ubuntu, apt installs them"
        )
    if not debian.install(*missing):
        raise RuntimeError(f"apt did not install {', '.join(missing)}; its messages stand above")


@dataclass(frozen=True)
class Builder:
    """Run buildah and podman with storage below `folder`."""

    folder: Path

    @classmethod
    def ready(cls) -> "Builder":
        """Return one with programs and bases."""
        builder = cls(folder_of_layers())
        with alone():
            install_programs()
            builder.configure()
            builder.tidy(STORE_LIMIT)
            builder.check_disk(NEEDED)
            for tag, packages in BASES.items():
                builder._make_base(tag, packages)
        return builder

    def configure(self) -> None:
        """Write where both programs keep what they have."""
        (self.folder / "storage.conf").write_text(STORAGE.format(driver="overlay", folder=self.folder))
        (self.folder / "containers.conf").write_text(CONTAINERS)

    def tidy(self, limit: int) -> None:
        """Remove what no tag reaches, where the layers have more than `limit` bytes; call it while no build runs."""
        kept = self.folder / "graph"
        if not kept.exists():
            return
        measured = subprocess.run(["du", "-s", "-B1", "-x", str(kept)], capture_output=True, text=True, check=False)
        if int(measured.stdout.split()[0]) <= limit:
            return
        self.run("buildah", "rm", "--all")
        self.podman("image", "prune", "--force")

    def check_disk(self, needed: int) -> None:
        """Raise OSError where the disk has fewer than `needed` bytes left."""
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise OSError(
                f"building the image takes {needed >> 30} GB and the disk of {self.folder} has {free >> 30} GB left: "
                "make room there, or name a folder on another disk in SKIPSCOPE_IMAGE_CACHE"
            )

    @property
    def environment(self) -> dict[str, str]:
        """The environment that keeps both programs inside the folder."""
        own = {
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "TMPDIR": str(self.folder / "tmp"),
        }
        (self.folder / "tmp").mkdir(exist_ok=True)
        return os.environ | own

    def run(self, *command: str, check: bool = True, timeout: float = 1500) -> subprocess.CompletedProcess[str]:
        """Run a program and return what it printed; raise with its error output if it failed."""
        answer = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=timeout, cwd=self.folder
        )
        if check and answer.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {answer.returncode}:\n{answer.stdout}\n{answer.stderr}")
        return answer

    def podman(self, *arguments: str, check: bool = True) -> str:
        """Run podman and return its output."""
        return self.run("podman", *arguments, check=check).stdout.strip()

    def _make_base(self, tag: str, packages: tuple[str, ...]) -> None:
        """Make a base image from Debian's packages, unless it is there from an earlier call."""
        if self.run("podman", "image", "exists", tag, check=False).returncode == 0:
            return
        root = self.folder / "rootfs"
        shutil.rmtree(root, ignore_errors=True)
        targets = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        mirror = next(target for target in targets if "security" not in target)
        include = f"--include={','.join(packages)}"
        self.run("debootstrap", "--variant=minbase", include, "bookworm", str(root), mirror)
        for folder in SLIM:
            shutil.rmtree(root / folder, ignore_errors=True)
        for name in ("python", "python3"):
            (root / "usr/local/bin" / name).symlink_to("/usr/bin/python3")
        archive = self.folder / "rootfs.tar"
        subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
        path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.podman("import", "--change", path, str(archive), tag)
        archive.unlink()
        shutil.rmtree(root)

    def build(self, tag: str, *arguments: str) -> str:
        """Build the Dockerfile on the local bases, with whatever this machine's pip is configured with.

        Return what the build printed.
        """
        mounts = [f"--volume={source}:{target}:ro" for source, target in pip_mounts().items()]
        with alone():
            built = self.run(*BUILD, *mounts, "--build-arg", "PIP_EXTRA_ARGS=", *arguments, "-t", tag, str(ROOT))
        return built.stdout + built.stderr

    def build_closed(self, tag: str, wheels: Path, *arguments: str) -> None:
        """Build it from a folder of scripts/wheels.py, where there is no network at all."""
        folder = ["--build-context", f"wheels={wheels}", "--build-arg", "PIP_EXTRA_ARGS=--no-index"]
        with alone():
            self.run("unshare", "--net", *BUILD, *folder, *arguments, "-t", tag, str(ROOT))


def pip_mounts() -> dict[str, str]:
    """Return the files and folders that this machine's pip is configured with; nothing of it enters the image."""
    listed = subprocess.run(["python3", "-m", "pip", "config", "debug"], capture_output=True, text=True, check=False)
    lines = (line.strip().rpartition(", exists: ") for line in listed.stdout.splitlines())
    files = [path for path, _, exists in lines if exists == "True"]
    config = subprocess.run(["python3", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    words = config.stdout.replace("'", " ").replace("file://", " ").split()
    named = [word.removesuffix("/simple") for word in words if word.startswith("/")]
    return {path: path for path in (*files, *named, "/etc/ssl/certs") if Path(path).exists()}


def layers(builder: Builder, tag: str) -> list[tuple[int, str]]:
    """Return (bytes, command) of each layer of an image that holds something."""
    history = json.loads(builder.podman("history", "--format", "json", "--no-trunc", tag))
    return [(layer["size"], layer["CreatedBy"]) for layer in history if layer["size"] > 0]
