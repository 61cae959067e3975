"""Programs that some tests need besides Python: what tells that one is there, and how a package manager brings it.

    python tests/components.py      install with apt-get what is missing, as root or with sudo, which is asked once

A test asks with require(): where its component is missing it is skipped, with CI=true it fails. The end of a run names
what was missing, with the number of tests and the command that helps (conftest.py).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
CERTBOT_NGINX = Path("/usr/lib/python3/dist-packages/certbot_nginx")  # which needs certbot itself
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
REFUSED = ROOT / ".venv" / "components-refused"  # what was missing when it could not be installed: not asked for again


@dataclass(frozen=True, slots=True)
class Component:
    """packages: of Debian. is_there: asked once in a process."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def on_path(program: str) -> Callable[[], bool]:
    return lambda: shutil.which(program) is not None


def java() -> str | None:
    """Return the program that runs Java, of JAVA_HOME else of the path; None if there is none."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(Path(home, "bin", "java") if home else "java")


def nginx() -> str | None:
    """Return the program nginx, which Debian keeps where only root's path leads; None if there is none."""
    return shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))


def reads_vietnamese() -> bool:
    if shutil.which("tesseract") is None:
        return False
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=60)
    return "vie" in (done.stdout + done.stderr).split()


ANTIWORD = Component("antiword", ("antiword",), on_path("antiword"))
CERTBOT = Component("certbot for nginx", ("certbot", "python3-certbot-nginx"), lambda: CERTBOT_NGINX.exists())
COMPILER = Component("a C compiler", ("gcc", "libc6-dev", "python3-dev"), on_path("cc"))
CHROMIUM = Component("Chromium", ("chromium",), on_path("chromium"))
FONT = Component("the font DejaVu Sans", ("fonts-dejavu-core",), DEJAVU.exists)
JAVA = Component("Java", ("default-jdk-headless",), lambda: java() is not None)
MAVEN = Component("Maven", ("maven",), on_path("mvn"))
NGINX = Component("nginx", ("nginx-light",), lambda: nginx() is not None)
# Of 250 MB, and therefore not among COMPONENTS, which are installed.
LIBREOFFICE = Component("LibreOffice Writer", ("libreoffice-writer-nogui",), on_path("soffice"))
PEBBLE = Component("Pebble", ("pebble",), on_path("pebble"))
TESSERACT = Component("Tesseract with Vietnamese", ("tesseract-ocr", "tesseract-ocr-vie"), reads_vietnamese)
COMPONENTS = (ANTIWORD, CERTBOT, CHROMIUM, COMPILER, FONT, JAVA, MAVEN, NGINX, PEBBLE, TESSERACT)


@cache
def missing(component: Component) -> bool:
    return not component.is_there()


def require(*components: Component) -> None:
    """Skip the test where a component is missing; fail it with CI=true."""
    if lacking := [component for component in components if missing(component)]:
        absent(f"{' and '.join(component.name for component in lacking)} missing: {command(lacking)}")


def absent(reason: str) -> NoReturn:
    """Skip the test for want of something; fail it with CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def command(components: list[Component]) -> str:
    """Return what installs components: "apt-get install -y chromium"."""
    return " ".join(("apt-get install -y", *(package for component in components for package in component.packages)))


def install() -> None:
    """Install what is missing where this user may, and say so; the tests name what is missing still."""
    lacking = [component for component in COMPONENTS if missing(component)]
    if not lacking:
        return
    names = ", ".join(component.name for component in lacking)
    prefix = becoming_root()
    if shutil.which("apt-get") is None or prefix is None or (REFUSED.exists() and REFUSED.read_text() == names):
        say(f"missing: {names}; their tests are skipped. As root: {command(lacking)}")
        return
    say(f"missing for some tests: {names}; installing: {command(lacking)}")
    script = f"apt-get update -qq && DEBIAN_FRONTEND=noninteractive {command(lacking)} -qq --no-install-recommends"
    done = subprocess.run([*prefix, "sh", "-c", f"{script} >/dev/null"], check=False)
    if done.returncode:
        say(f"could not install them; their tests are skipped. As root: {command(lacking)}")
        REFUSED.write_text(names)


def becoming_root() -> list[str] | None:
    """Return what goes before a command to run it as root; None where this user may not, or nobody can be asked."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0 or sys.stdin.isatty():
        return ["sudo"]
    return None


def say(text: str) -> None:
    print(f"hoinghi: {text}", flush=True)


if __name__ == "__main__":
    install()
