"""Tells what a process may do here that the services need not: a word each, of what went well.

probe.py    run as the user hoinghi by itself, all goes well but what is the administrator's; within a unit little does
"""

import contextlib
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

OWN = ("/var/lib/hoinghi", "/etc/hoinghi", "/var/backups/hoinghi", "/opt/hoinghi", "/usr/local")
PRIVATE = "/tmp/left-by-the-administrator"


def write(folder: str) -> None:
    file = Path(folder, "probe")
    file.touch()
    file.unlink()


def set_user_id() -> None:
    file = Path("/var/lib/hoinghi/probe-suid")
    file.touch()
    try:
        file.chmod(0o4755)
    finally:
        file.unlink()


def name_space() -> None:
    subprocess.run(["unshare", "--user", "true"], check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


TRIED: dict[str, Callable[[], object]] = {
    **{folder: lambda folder=folder: write(folder) for folder in OWN},  # type: ignore[misc]
    "set-user-id": set_user_id,
    "name-space": name_space,
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
    "others-processes": lambda: Path("/proc/1/status").read_text(),
    "others-files": lambda: os.stat(PRIVATE),
    "network": lambda: socket.create_connection(("127.0.0.1", 8000), timeout=60).close(),
}

if __name__ == "__main__":
    for name, try_it in TRIED.items():
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            try_it()
            print(f"may: {name}")
