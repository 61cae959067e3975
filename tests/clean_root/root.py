"""A Debian root of its own to follow docs/operate.md in: paths, users, ports and names are those that the paper names.

What is written lies in memory and is gone at the end. There are two kinds:

    this machine's root, in name spaces of its own: /etc, /opt, /var and the network are nobody else's. Nothing is
    downloaded: apt-get looks whether what it is asked for is here, the packages of PyPI are those of the tests.
    a Debian that debootstrap has made: apt-get and pip are real, and the network is this machine's.

In both, systemd is service_manager.py, and certbot asks an authority of our own (certificate_authority.py).
"""

import os
import shlex
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask

from tests.clean_root.debian import VARIABLES
from tests.clean_root.paper import exported

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MANAGER = "/run/service-manager"
PACKAGES = Path(flask.__file__).parents[1]  # that the tests run with
NOT_SHARED = ("hoinghi", "__editable__", "__pycache__")  # of the packages of the tests' environment
ANYWHERE = {
    "systemctl": f'HOINGHI_MANAGER={MANAGER} exec python3 {HERE / "service_manager.py"} "$@"',
    "systemd-analyze": """[ -x /usr/bin/systemd-analyze ] || exit 0
exec /usr/bin/systemd-analyze --no-pager --offline=true "$1" "/etc/systemd/system/$2" """,
}
HERE_ALONE = {
    # "install": each package must be on this machine, or be one that only readers of scans need
    "apt-get": """for name in "$@"; do case $name in install|-y|update|tesseract-ocr*|antiword) ;;
  *) dpkg -s "$name" >/dev/null || exit 100 ;; esac; done""",
    # an environment that finds what the program requires in the packages of the tests
    "python3": f"""{getattr(sys, "_base_executable", sys.executable)} "$@" || exit
[ "$1 $2" = "-m venv" ] || exit 0
for place in "$3"/lib/python3*/site-packages; do echo /srv/packages > "$place/shared.pth"; done""",
}  # fmt: skip
PREPARED = f"""set -eu
base=$1 python=$2 root=$3
[ "$base" != / ] || ip link set lo up
mount -t tmpfs -o size=8g tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/all"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$root/upper,workdir=$root/work" "$root/all"
mount -t proc proc "$root/all/proc"
mount --rbind /dev "$root/all/dev"
mount -t tmpfs tmpfs "$root/all/run"
mount -t tmpfs tmpfs "$root/all/tmp"
shift 3
for place in "$@"; do mkdir -p "$root/all$place"; mount --bind "$place" "$root/all$place"; done
exec chroot "$root/all" "$python" {HERE / "service_manager.py"} --daemon {MANAGER}
"""


class NoRoot(Exception):
    """This machine, or this user, cannot make one."""


class CleanRoot:
    """process: the first one of its name spaces; it ends with it. is_bare: a Debian of debootstrap."""

    repository = str(ROOT)
    patience = 120.0
    show_log = "tail -n 40 /var/log/hoinghi*.service.log"

    def __init__(self, process: int, folder: Path, is_bare: bool) -> None:
        self.is_bare = is_bare
        self._inside = ["nsenter", f"--target={process}", "--mount", "--net", "--pid", "--root"]
        self._variables = {**VARIABLES, "PYTHONDONTWRITEBYTECODE": "1"}
        self._begun: list[subprocess.Popen[bytes]] = []
        self.folder = folder
        self.said = ""

    def sh(self, commands: str, user: str = "root", where: str | Path = "/") -> str:
        """Run commands as a shell of a user does, and remember what they export. Returns what they say."""
        as_user = [] if user == "root" else ["runuser", "-u", user, "--"]
        variables = [f"{name}={value}" for name, value in self._variables.items()]
        command = [*self._inside, "env", "-i", f"--chdir={where}", *variables, *as_user, "sh", "-euxc", commands]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
        self.said += done.stdout
        assert done.returncode == 0, done.stdout[-4000:]
        self._variables |= exported(commands)
        return done.stdout

    def begin(self, *command: str) -> None:
        """Start a command that goes on beside the others until the root is gone."""
        variables = [f"{name}={value}" for name, value in self._variables.items()]
        begun = subprocess.Popen(
            [*self._inside, "env", "-i", "--chdir=/", *variables, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._begun.append(begun)

    def wait_for_all(self) -> None:
        """Wait for what was begun, when the first process has ended and all others with it."""
        for one in self._begun:
            one.wait(60)

    def write(self, path: str, text: str, owner: str = "root", mode: str = "644") -> None:
        place = self.folder / "handed"
        place.write_text(text, encoding="utf-8")
        self.sh(f"install -D -m {mode} -o {owner} -g {owner} {shlex.quote(str(place))} {path}")


@contextmanager
def clean_root(folder: Path, base: Path = Path("/")) -> Iterator[CleanRoot]:
    """Make a root over another; folder is shared with it, under its own name. Raises NoRoot where it cannot be made."""
    if os.geteuid() != 0:
        raise NoRoot("name spaces and mounts need root")
    is_bare = base != Path("/")
    (folder / "root").mkdir()
    script, said = folder / "prepare.sh", folder / "root.log"
    script.write_text(PREPARED)
    shared = [folder, *(path for path in (ROOT, Path(sys.base_prefix), PACKAGES) if not is_bare and is_hidden(path))]
    spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if is_bare else ["--net"])]
    python = "/usr/bin/python3" if is_bare else sys.executable
    command = ["unshare", *spaces, "sh", script, base, python, folder / "root", *shared, *([ROOT] if is_bare else [])]
    with said.open("wb") as log:
        shell = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        root = CleanRoot(_first_inside(shell, said), folder, is_bare)
        if not is_bare:  # what lies in somebody's home, the user hoinghi reads as well, here alone
            above = {*folder.parents, *Path(sys.base_prefix).parents, *PACKAGES.parents}
            root.sh("".join(f"chmod a+rx {shlex.quote(str(one))}\n" for one in above))
        for name, stand_in in (ANYWHERE if is_bare else ANYWHERE | HERE_ALONE).items():
            root.write(f"/usr/local/sbin/{name}", f"#!/bin/sh\n{stand_in}\n", mode="755")
        try:
            yield root
        finally:
            shell.kill()
            root.wait_for_all()
    finally:
        shell.kill()
        shell.wait()


def is_hidden(path: Path) -> bool:
    """Tell whether the new root does not show a path: it is on another file system than /, or below an empty /tmp."""
    is_below_empty = any(path.is_relative_to(empty) for empty in ("/tmp", "/run"))
    return is_below_empty or path.stat().st_dev != Path("/").stat().st_dev


def _first_inside(shell: "subprocess.Popen[bytes]", said: Path) -> int:
    """Return the process that unshare started once it stands in its root."""
    children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
    until = time.monotonic() + 60
    while time.monotonic() < until and shell.poll() is None:
        found = children.read_text().split()
        if found and Path(f"/proc/{found[0]}/root{MANAGER}").exists():
            return int(found[0])
        time.sleep(0.05)
    raise NoRoot(f"no root of its own can be made here: {said.read_text()[-300:]}")


def share_packages(folder: Path) -> None:
    """Link the packages of the tests' environment into a folder, without this project."""
    folder.mkdir()
    for package in PACKAGES.iterdir():
        if not package.name.startswith(NOT_SHARED) and package.suffix != ".pth":
            (folder / package.name).symlink_to(package)


def renumbered(wheel: Path, version: str, folder: Path, changes: dict[str, tuple[bytes, bytes]] | None = None) -> None:
    """Write a wheel anew under another version. changes: file → what stands in it and what comes in its place."""
    given = wheel.name.split("-")[1]
    with (
        zipfile.ZipFile(wheel) as old,
        zipfile.ZipFile(folder / wheel.name.replace(given, version), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".dist-info/METADATA"):
                content = content.replace(f"\nVersion: {given}".encode(), f"\nVersion: {version}".encode())
            if name.endswith(".dist-info/RECORD"):
                content = content.replace(f"hoinghi-{given}".encode(), f"hoinghi-{version}".encode())
            before, after = (changes or {}).get(name, (b"", b""))
            assert before in content, name
            new.writestr(name.replace(f"hoinghi-{given}", f"hoinghi-{version}"), content.replace(before, after))
