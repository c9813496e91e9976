"""Install packages of Debian or Ubuntu, where this runs as root on one of them."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Tell whether apt-get is there and may install."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(*packages: str) -> bool:
    """Install packages without what they only recommend; tell whether that went well."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], check=False, env=environment)
    command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, env=environment).returncode == 0
