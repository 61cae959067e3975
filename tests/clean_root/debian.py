"""A root of Debian that debootstrap makes, for a chroot or the disk of a machine."""

import subprocess
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
# of a shell that knows nothing of the one that the tests were started from
VARIABLES = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/opt/hoinghi/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}


def make_root(folder: Path, packages: str) -> None:
    """Make one in a folder. packages: besides the smallest variant, by commas."""
    run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", folder, MIRROR)


def start_no_service(root: Path) -> Path:
    """Let no package start a service when it is installed. Returns the file that says so, to be removed later."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    return policy


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a program; where it fails the test fails with the last of what it said."""
    done = subprocess.run(
        list(map(str, command)),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
