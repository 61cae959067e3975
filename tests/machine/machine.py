"""A machine of our own to follow docs/operate.md on: Debian with its kernel and systemd, in QEMU, which emulates it.

The image is made by debootstrap and mke2fs without a mount, so that any root may do it. The machine has no network;
what one gives lies on its disk: packages that apt-get has fetched before, wheels of what the program requires, this
repository. Commands come by its second serial port to agent.py. By emulation: KVM is not everywhere, or does not work.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.clean_root.debian import VARIABLES, make_root, run, start_no_service
from tests.clean_root.paper import exported

ROOT = Path(__file__).parents[2]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PROGRAMS = {"qemu-system-x86_64": "qemu-system-x86", "debootstrap": "debootstrap", "mke2fs": "e2fsprogs"}
BASE = "systemd-sysv,python3,curl,adduser,procps,udev,kmod,iproute2,openssl,ca-certificates,linux-image-cloud-amd64"
# What docs/operate.md installs is put on the disk beforehand: unpacking it takes an emulated processor minutes. Not
# nginx, whose installation starts a service: apt-get finds its packages in the cache, and the machine installs them.
INSTALLED = "python3-venv tesseract-ocr tesseract-ocr-vie certbot pebble"
DOWNLOADED = "nginx-light antiword python3-certbot-nginx"
REPOSITORY = "/srv/repository"
AGENT = f"""[Unit]
After=multi-user.target
[Service]
ExecStart=/usr/bin/python3 {REPOSITORY}/tests/machine/agent.py
Restart=always
[Install]
WantedBy=multi-user.target
"""
# Emulation is 10 to 20 times as slow as a processor: systemd's own 90 s for the start and the end of a service are
# ten times as long.
SLOW = "[Manager]\nDefaultTimeoutStartSec=900\nDefaultTimeoutStopSec=900\n"
PACK = f"""set -e
apt-get install -y -qq --no-install-recommends {INSTALLED}
apt-get clean
apt-get install -y -qq --download-only {DOWNLOADED}
python3 -m venv /tmp/environment
/tmp/environment/bin/pip --quiet --cert /srv/machine.crt wheel --wheel-dir /srv/wheels --find-links /srv/wheels \
  'hoinghi[opensearch,ocr,proof]'
rm -r /tmp/environment
systemctl enable agent.service
passwd -d root
"""
CLEAN = {**VARIABLES, "DEBIAN_FRONTEND": "noninteractive"}


def make_image(folder: Path, wheel: Path, later: Path, settled: Path | None = None) -> None:
    """Write folder/image, folder/vmlinuz and folder/initrd.

    wheel: what is installed; later: of the next release, in /srv/next. settled: a root that debootstrap has made.
    """
    root = settled or folder / "debian"
    if settled is None:
        make_root(root, BASE)
    policy = start_no_service(root)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    shutil.copy(CERTIFICATES, root / "srv/machine.crt")
    for place, file in (("srv/wheels", wheel), ("srv/next", later)):
        (root / place).mkdir(exist_ok=True)
        shutil.copy(file, root / place)
    for name in ("deploy", "tests", "docs"):
        kept_out = shutil.ignore_patterns("__pycache__", "upgrade_data")
        shutil.copytree(ROOT / name, root / REPOSITORY[1:] / name, ignore=kept_out, dirs_exist_ok=True)
    (root / "etc/systemd/system/agent.service").write_text(AGENT)
    (root / "etc/systemd/system.conf.d").mkdir(exist_ok=True)
    (root / "etc/systemd/system.conf.d/slow.conf").write_text(SLOW)
    (root / "etc/fstab").write_text("/dev/vda / ext4 defaults 0 1\n")
    (root / "etc/hostname").write_text("hoinghi\n")
    (root / "etc/pip.conf").write_text(
        "[global]\nno-index = true\nfind-links = /srv/wheels\n[install]\nno-compile = true\n"
    )
    run("chroot", root, "sh", "-c", PACK, env={**CLEAN, "PIP_CONFIG_FILE": "/dev/null"})
    policy.unlink()
    for name in ("vmlinuz", "initrd.img"):
        shutil.copy(root / name, folder / name.removesuffix(".img"))
    run("mke2fs", "-q", "-t", "ext4", "-d", root, folder / "image", "6g")


class Machine:
    """folder: of make_image. There console.log is of its kernel and systemd, said.log has what was asked and told."""

    repository = REPOSITORY
    patience = 900.0
    show_log = "journalctl --no-pager -n 60 -u 'hoinghi*'"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""
        self._variables = CLEAN.copy()

    def switch_on(self, seconds: float = 900) -> None:
        """Start it and wait until its agent answers."""
        address = self.folder / "agent"
        with contextlib.suppress(FileNotFoundError):
            address.unlink()
        command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max", "-smp", "2"]
        command += ["-m", "3072", "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot"]
        command += ["-kernel", str(self.folder / "vmlinuz"), "-initrd", str(self.folder / "initrd")]
        command += ["-append", "root=/dev/vda rw console=ttyS0 panic=-1 mitigations=off"]
        command += ["-drive", f"file={self.folder / 'image'},format=raw,if=virtio"]
        command += ["-serial", f"file:{self.folder / 'console.log'}", "-serial", f"unix:{address},server=on,wait=off"]
        with (self.folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not address.exists():
            assert time.monotonic() < until, (self.folder / "qemu.log").read_text()
            time.sleep(0.1)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(address))
        self._lines = self._socket.makefile("rb")
        self._answer(seconds)

    def cut_power(self) -> None:
        self._process.kill()
        self._process.wait()
        self._lines.close()
        self._socket.close()

    def sh(self, commands: str, user: str = "root", where: str = "/", seconds: float = 1800) -> str:
        """Run commands as a shell of a user does, and remember what they export. Returns what they say."""
        answer = self.tell({"run": commands, "user": user, "where": where, "seconds": seconds}, seconds + 60)
        assert answer["code"] == 0, answer["said"][-4000:]
        self._variables |= exported(commands)
        return str(answer["said"])

    def begin(self, *command: str) -> None:
        """Start a command that goes on beside the others."""
        assert self.tell({"begin": list(command)})["code"] == 0

    def write(self, path: str, text: str, owner: str = "root", mode: str = "644") -> None:
        answer = self.tell({"write": path, "text": text, "owner": owner, "mode": mode})
        assert answer["code"] == 0, answer["said"]

    def tell(self, asked: dict[str, Any], seconds: float = 300) -> dict[str, Any]:
        begun = time.monotonic()
        self._socket.sendall(json.dumps({**asked, "variables": self._variables}).encode() + b"\n")
        answer = self._answer(seconds)
        self.said += f"{time.monotonic() - begun:.0f} s {asked}\n{answer['said']}\n"
        (self.folder / "said.log").write_text(self.said, encoding="utf-8")
        return answer

    def _answer(self, seconds: float) -> dict[str, Any]:
        self._socket.settimeout(seconds)
        try:
            line = self._lines.readline()
        except TimeoutError:
            line = b""
        console = self.folder / "console.log"
        assert line, f"no answer in {seconds:.0f} s: {console.read_text(errors='replace')[-2000:]}"
        return dict(json.loads(line))


def lacking() -> str:
    """Return what the machine needs and is not there, with the command that helps; "" for nothing."""
    packages = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if packages:
        return f"apt-get install -y {' '.join(packages)}"
    return "" if os.geteuid() == 0 else "debootstrap needs root"
