"""docs/operate.md as one story in a root of its own, while a reader asks all the time and sees no failed answer.

Install, first crawl, systemd's units, TLS by nginx; the rest comes by the scheduler; a backup; the machine is lost with
all its data; restored from the backup alone; upgraded to another release with another format of its index. Every
command is taken from the paper and run under the paths, names and ports that it says.

No release has had the supervised server yet, so in the story the one before is this program under an older number,
whose index begins otherwise: neither reads the other's. The second test goes from 0.2.0 itself to this program. What
the data of each release becomes: test_upgrade_from_releases.py.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme

from tests.clean_root.certificate_authority import start_authority
from tests.clean_root.debian import make_root, start_no_service
from tests.clean_root.following import AUTHORITY, SITE, reader, run, wait_for
from tests.clean_root.paper import blocks, often_visited
from tests.clean_root.root import MANAGER, ROOT, CleanRoot, NoRoot, clean_root, renumbered, share_packages
from tests.components import CERTBOT, NGINX, PEBBLE, require
from tests.crawl.sites.sample_article import load_articles
from tests.test_container import CERTIFICATES
from tests.test_wheel import wheel  # noqa: F401 - a fixture

SETTINGS = "/etc/hoinghi/hoinghi.toml"
CRAWLED = ("mau-cong-thai-nguyen", "mau-bao-song-thuong")
COMMIT = "hoinghi/search/engines/embedded/format/commit_file.py"
SITES = (str(ROOT / "tests/crawl/sites/serve.py"), "--", "sleep", "infinity")
OLD, NEW = "0.1.9", "9.0.0"
RELEASED = "7bec100"  # 0.2.0, as tests/upgrade_data/make.py says
OLD_UNIT = """[Service]
User=www-data
WorkingDirectory=/srv/hoinghi
ExecStart=/srv/hoinghi/.venv/bin/python hoinghi.py serve --workers 2
"""
OLD_HEALTH = "http://127.0.0.1:8000/healthz"
GONE = """[[source]]
slug = "bao-mau"
name = "Báo Mẫu"
kind = "newspaper"
hosts = ["127.0.0.41:9"]
start = ["http://127.0.0.41:9/"]
article = "/tin/bai-"
example = "http://127.0.0.41:9/tin/bai-1.html"
sample = true
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def asked(root: CleanRoot, path: str) -> str:
    return root.sh(f"curl -fsS --cacert {AUTHORITY} 'https://{SITE}{path}' 2>/dev/null").partition("\n")[2]


def total(root: CleanRoot) -> int:
    return int(json.loads(asked(root, "/api/coverage").strip().splitlines()[-1])["total"])


def found(root: CleanRoot) -> int:
    answer = asked(root, "/api/search?q=gi%E1%BA%A3i+ng%C3%A2n")
    return int(json.loads(answer.strip().splitlines()[-1])["total"])


def is_read(root: CleanRoot, folder: str) -> bool:
    return f"{folder}/" in root.sh(
        "ls -l /proc/[0-9]*/fd 2>/dev/null || true; cat /proc/[0-9]*/maps 2>/dev/null || true"
    )


def certificate(root: CleanRoot) -> str:
    """Return the number of the certificate that the site shows to a reader."""
    return root.sh(f"openssl s_client -connect {SITE}:443 < /dev/null 2>/dev/null | openssl x509 -noout -serial")


def rows(root: CleanRoot, data: str, question: str) -> list[tuple[object, ...]]:
    copy = root.folder / "copy.db"
    root.sh(f"python3 -c \"import sqlite3; sqlite3.connect('{data}/archive.db').execute('VACUUM INTO ?', ['{copy}'])\"")
    with closing(sqlite3.connect(copy)) as database:
        found = database.execute(question).fetchall()
    copy.unlink()
    return found


@pytest.fixture(params=["this machine", "debootstrap"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "this machine":
        return Path("/")
    if os.environ.get("CONTAINER") != "1":
        pytest.skip("takes minutes: make container")
    if shutil.which("debootstrap") is None:
        pytest.skip("debootstrap missing: apt-get install -y debootstrap")
    debian = tmp_path / "debian"
    make_root(debian, "python3,curl,adduser,procps")
    start_no_service(debian)
    return debian


@contextmanager
def supplied(folder: Path, base: Path) -> Iterator[CleanRoot]:
    """A root with what a new machine and its networks give: its name, packages, the wheels of folder/wheels."""
    folder.chmod(0o755)  # packages and wheels stand there, for the user hoinghi as well
    (folder / "wheels").mkdir()
    share_packages(folder / "packages")
    try:
        with clean_root(folder, base) as made:
            made.write("/etc/hosts", f"127.0.0.1 localhost {SITE}\n")
            source = "no-index = true"
            if made.is_bare:
                made.write("/etc/resolv.conf", Path("/etc/resolv.conf").read_text(encoding="utf-8"))
                made.write("/srv/machine.crt", CERTIFICATES.read_text(encoding="utf-8"))
                source = "cert = /srv/machine.crt"  # whose proxies may sign certificates of their own
                made.sh("apt-get update -qq && apt-get install -y -qq pebble")
            else:
                made.sh(f"ln -s {folder}/packages /srv/packages")
            made.write("/etc/pip.conf", f"[global]\n{source}\nfind-links = {folder / 'wheels'}\n")
            yield made
    except NoRoot as reason:
        pytest.skip(str(reason))


@pytest.fixture
def root(base: Path, tmp_path: Path, wheel: Path) -> Iterator[CleanRoot]:  # noqa: F811
    """A root that reaches the sample sites, and an authority that gives certificates."""
    require(CERTBOT, NGINX, PEBBLE)
    with supplied(tmp_path, base) as made:
        renumbered(wheel, OLD, tmp_path / "wheels", {COMMIT: (b'MAGIC = b"HNCOMMIT', b'MAGIC = b"HNCOMMIX')})
        made.write("/srv/sources.toml", often_visited(CRAWLED))
        start_authority(made)
        if not made.is_bare:
            made.begin("python3", *SITES)
            yield made
            return
        with subprocess.Popen([sys.executable, *SITES], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sites:
            try:
                yield made
            finally:
                sites.terminate()


def test_from_nothing_to_the_next_release(root: CleanRoot, wheel: Path) -> None:  # noqa: F811
    install, (_, settings), show_settings = blocks("Install")
    run(root, install)
    root.sh("systemctl start nginx")  # as Debian does when it installs it
    root.write(SETTINGS, settings, "hoinghi", "600")
    root.sh("install -o hoinghi -g hoinghi -m 644 /srv/sources.toml /etc/hoinghi/")
    assert f"public_url         https://{SITE}" in run(root, show_settings)
    [first_crawl] = blocks("First crawl")
    run(root, first_crawl)
    for block in blocks("Serve"):
        if block[0] == "sh root":
            run(root, block)
    tls, try_to_renew = blocks("TLS")
    run(root, tls)
    back_up_and_restore, go_on, *_ = blocks("Backup and restore")
    back_up, restore = back_up_and_restore[1].split("\n", 1)
    whole = sum(article.site in CRAWLED for article in load_articles())

    with reader(root) as answers:
        run(root, try_to_renew)
        at_first = certificate(root)
        root.sh("certbot -q renew --no-random-sleep-on-renew")  # as certbot.timer does
        assert certificate(root) != at_first
        wait_for(root, lambda: total(root) == whole)  # ten pages of each were crawled by hand
        before = rows(root, "/var/lib/hoinghi/data", VERSIONS), rows(root, "/var/lib/hoinghi/data", CAPTURES)
        root.sh(back_up, "hoinghi", "/etc/hoinghi")
    assert set(answers) == {"200"}, answers

    root.sh(f"HOINGHI_MANAGER={MANAGER} systemctl kill-all; rm -rf /var/lib/hoinghi/data")
    root.sh(restore, "hoinghi", "/etc/hoinghi")
    run(root, go_on)
    restored = "/var/lib/hoinghi/restored"
    assert rows(root, restored, VERSIONS) == before[0]
    assert set(before[1]) <= set(rows(root, restored, CAPTURES))  # the scheduler is at work again

    renumbered(wheel, NEW, root.folder / "wheels")
    _, beside, *_ = blocks("Upgrade")
    with reader(root) as answers:
        wait_for(root, lambda: total(root) == whole)
        run(root, beside)
        wait_for(root, lambda: not is_read(root, restored))  # the old workers end what they have begun
        root.sh(f"rm -rf {restored}")
        assert total(root) == whole
    assert set(answers) == {"200"}, answers
    assert NEW in root.sh("/opt/hoinghi/bin/hoinghi --version")
    assert rows(root, "/var/lib/hoinghi/next", VERSIONS) == before[0]
    assert set(before[1]) <= set(rows(root, "/var/lib/hoinghi/next", CAPTURES))


def test_from_0_2_0_to_this_release(tmp_path: Path, wheel: Path) -> None:  # noqa: F811
    require(NGINX)
    packed = subprocess.run(["git", "archive", RELEASED], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip("a clone without its history has no 0.2.0: git fetch --unshallow")
    authority = trustme.CA()
    certificate = authority.issue_cert(SITE)
    with supplied(tmp_path, Path("/")) as root:
        (tmp_path / "0.2.0.tar").write_bytes(packed.stdout)
        root.sh(f"mkdir /srv/hoinghi; tar -xf {tmp_path}/0.2.0.tar -C /srv/hoinghi")
        root.sh("python3 -m venv /srv/hoinghi/.venv --without-pip")
        root.sh(f"tar -xf {ROOT}/tests/upgrade_data/0.2.0.tar.gz -C /srv; cp -r /srv/data/. /srv/hoinghi/index_data")
        root.sh("chown -R www-data /srv/hoinghi")
        told = json.loads(root.sh("cat /srv/told.json").partition("\n")[2])
        root.write("/etc/systemd/system/hoinghi-old.service", OLD_UNIT)
        root.write(AUTHORITY, authority.cert_pem.bytes().decode())
        lineage = f"/etc/letsencrypt/live/{SITE}"
        root.write(f"{lineage}/fullchain.pem", "".join(one.bytes().decode() for one in certificate.cert_chain_pems))
        root.write(f"{lineage}/privkey.pem", certificate.private_key_pem.bytes().decode())
        root.sh("systemctl start hoinghi-old nginx")
        root.sh("\n".join(line for line in blocks("TLS")[0][1].splitlines() if "certbot" not in line), where=ROOT)
        wait_for(root, lambda: "200" in root.sh(f"curl -s -o /dev/null -w '%{{http_code}}' {OLD_HEALTH} || true"))
        copy, change_over = blocks("Upgrade")[2:]
        with reader(root) as answers:
            assert found(root) == told["found"]
            shutil.copy(wheel, tmp_path / "wheels")
            install, (_, settings), _ = blocks("Install")
            run(root, install)
            root.write(SETTINGS, settings, "hoinghi", "600")
            root.write("/etc/hoinghi/sources.toml", GONE)
            run(root, blocks("Serve")[1])
            run(root, copy)
            run(root, change_over)
            assert found(root) == told["found"]
            assert '"changes"' in asked(root, "/api/changes")  # which 0.2.0 does not know
        assert set(answers) == {"200"}, answers
        root.sh("! pgrep -f '[h]oinghi.py serve|[-]-port 8001'")
        for data in ("/var/lib/hoinghi/data", "/srv/hoinghi/index_data"):
            assert [list(row) for row in rows(root, data, VERSIONS)] == told["versions"]
            assert [list(row) for row in rows(root, data, CAPTURES)][: len(told["captures"])] == told["captures"]
        assert rows(root, "/srv/hoinghi/index_data", "PRAGMA user_version") == [(told["schema"],)]


VERSIONS = "SELECT key, version, fetched_at, text_sha256 FROM versions ORDER BY 1, 2"
CAPTURES = "SELECT id, url, sha256 FROM captures ORDER BY id"
