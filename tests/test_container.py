"""The image of deploy/Containerfile, built by buildah over a Debian root made here, and run as its user.

    make container        as root; some minutes, and packages from Debian and PyPI

No registry of images is asked: where there is no debian:bookworm-slim, debootstrap makes its root.
"""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.free_ports import free_ports

ROOT = Path(__file__).parents[1]
BASE = "docker.io/library/debian:bookworm-slim"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NEEDED = ("buildah", "debootstrap")

pytestmark = [
    pytest.mark.skipif(os.environ.get("CONTAINER") != "1", reason="takes minutes: make container"),
    pytest.mark.timeout(1800),
]


def buildah(*arguments: str | Path, check: bool = True) -> str:
    environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    command = ["buildah", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    for program in NEEDED:
        if shutil.which(program) is None:
            pytest.skip(f"{program} missing: apt-get install -y {' '.join(NEEDED)}")
    folder = tmp_path_factory.mktemp("image")
    if not buildah("images", "--quiet", BASE, check=False):
        debian = ["debootstrap", "--variant=minbase", "bookworm", str(folder / "root"), "http://deb.debian.org/debian"]
        assert subprocess.run(debian, check=False).returncode == 0
        base = buildah("from", "scratch")
        buildah("add", "--quiet", base, folder / "root", "/")
        # behind a proxy that signs its own certificates, pip must trust what this machine trusts
        (folder / "pip.conf").write_text("[global]\ncert = /machine.crt\n")
        buildah("add", "--quiet", base, CERTIFICATES, "/machine.crt")
        buildah("add", "--quiet", base, folder / "pip.conf", "/etc/pip.conf")
        buildah("commit", "--quiet", base, BASE)
        buildah("rm", base)
    context = folder / "context"
    left_out = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "index_data")
    shutil.copytree(ROOT, context, ignore=left_out)
    options = ["--pull-never", "--network", "host", "--format", "docker", "--tag", "hoinghi-test"]
    buildah("build", *options, "--file", context / "deploy" / "Containerfile", context)
    return "localhost/hoinghi-test"


@pytest.fixture
def container(image: str) -> Iterator[str]:
    made = buildah("from", "--pull-never", image)
    yield made
    buildah("rm", made)


def test_it_runs_as_its_user_imports_indexes_and_answers(container: str) -> None:
    [port] = free_ports(1)
    commands = (
        "set -e; id -u\n"
        'echo \'{"id": "a", "title": "Họp", "text": "Hội nghị bàn về giải ngân ngày 12/7/2023."}\' > /tmp/a.jsonl\n'
        "hoinghi import /tmp/a.jsonl; hoinghi index\n"
        f"exec timeout --signal=TERM 25 hoinghi serve --port {port}\n"
    )
    run = ["buildah", "run", "--user", "10001", "--network", "host", container, "--", "sh", "-c", commands]
    environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    process = subprocess.Popen(run, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    answer, until = b"", time.monotonic() + 60
    while not answer and time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
                answer = response.read()
        except OSError:
            time.sleep(0.5)
    said = process.communicate(timeout=120)[0]
    assert answer == b"ok 1\n", said
    assert said.splitlines()[0] == "10001"


def test_what_the_image_says_of_itself(image: str) -> None:
    told = buildah(
        "inspect", "--format", "{{.OCIv1.Config.User}} {{.OCIv1.Config.Volumes}} {{.Docker.Config.Healthcheck}}", image
    )
    assert told.startswith("10001 map[/var/lib/hoinghi")
    assert "healthz" in told


def test_its_own_files_are_not_its_users(container: str) -> None:
    tried = buildah(
        "run", "--user", "10001", container, "--", "sh", "-c", "touch /opt/hoinghi/x || echo refused", check=False
    )
    assert "refused" in tried
