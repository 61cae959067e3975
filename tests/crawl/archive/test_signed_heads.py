"""Signed heads of the log of proofs: whoever kept one finds what was changed since; a real server stamps them."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("rfc3161_client", reason="pip install 'hoinghi[proof]'")

from crawl.archive.archive import Archive
from crawl.archive.proof_log import HEADS, LOG, STATE, extend_log, verify_log
from crawl.archive.signed_heads import FILE, check_head, new_key, sign_last_head, signed_heads
from crawl.article import Article
from crawl.errors import ArchiveError
from tests.components import on_path
from web import create_app

ROOT = Path(__file__).parents[3]
AUTHORITY = """
[tsa]
default_tsa = it
[it]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
[extensions]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


def store(data: Path, number: int) -> None:
    with Archive(data) as archive:
        url = f"https://bao.mau.test/{number}"
        capture = archive.record_response("bao-mau", url, 200, {}, b"<p>x</p>", request_headers={})
        archive.store_article(Article(id=url, url=url, title=f"Họp lần {number}", body="Bài mẫu."), capture)
    extend_log(data)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    for number in range(3):
        store(data, number)
    return data


@pytest.fixture(scope="module")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An authority of openssl's behind a real HTTP server; gives its address and its root certificate."""
    if not on_path("openssl")():
        pytest.skip("openssl missing: apt-get install -y openssl")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(AUTHORITY.format(folder=folder))
    (folder / "serial").write_text("01\n")

    def openssl(*arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    new = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", "-days", "30")
    openssl("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30")
    extensions = ("-extfile", "tsa.cnf", "-extensions", "extensions")
    openssl("x509", "-req", "-in", "tsa.csr", *signed, *extensions, "-out", "tsa.pem")

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "reply").read_bytes())

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder / "root.pem"
    server.shutdown()
    server.server_close()


def test_a_head_is_signed_once_and_holds_while_the_log_grows(data: Path, key: Path) -> None:
    first = sign_last_head(data, key)
    assert first is not None
    assert sign_last_head(data, key) is None
    store(data, 7)
    second = sign_last_head(data, key)
    assert second is not None
    assert signed_heads(data) == [first, second]
    assert second["size"] > first["size"]
    for head in (first, second):
        assert check_head(data, head, first["key"]).wrong == ()


def test_who_rewrites_all_of_the_log_is_found_by_a_head_that_was_kept(data: Path, key: Path) -> None:
    kept = sign_last_head(data, key)
    assert kept is not None
    for name in (LOG, HEADS, STATE, "archive.db"):
        (data / name).unlink()
    for path in (data / "captures").iterdir():
        path.unlink()
    for number in (0, 9, 2):
        store(data, number)
    assert verify_log(data).wrong == []  # all of it fits together
    assert check_head(data, kept).wrong == ("the first entries of the log are not those that were signed",)
    (data / LOG).write_bytes(b"")
    assert "some were taken away" in check_head(data, kept).wrong[0]


def test_another_key_and_another_head_are_refused(data: Path, key: Path, tmp_path: Path) -> None:
    kept = sign_last_head(data, key)
    assert kept is not None
    new_key(tmp_path / "other.pem")
    store(data, 8)
    other = sign_last_head(data, tmp_path / "other.pem")
    assert other is not None
    assert check_head(data, kept, other["key"]).wrong == ("the signature is not of this key over this head",)
    assert check_head(data, kept | {"at": "2020-01-01T00:00:00Z"}, kept["key"]).failed == 1
    with pytest.raises(ArchiveError, match="not a signed head"):
        check_head(data, {"size": 1})
    with pytest.raises(ArchiveError, match="no Ed25519 key"):
        store(data, 9)
        sign_last_head(data, data / LOG)
    with pytest.raises(ArchiveError, match="never replaced"):
        new_key(key)
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_head_is_stamped_and_the_stamp_is_of_this_head(
    data: Path, key: Path, stamps: tuple[str, Path], tmp_path: Path
) -> None:
    url, root = stamps
    first = sign_last_head(data, key, url)
    assert first is not None
    checked = check_head(data, first, timestamp_ca=root)
    assert checked.wrong == ()
    assert checked.stamped[:4].isdigit()
    store(data, 5)
    second = sign_last_head(data, key, url)
    assert second is not None
    swapped = check_head(data, second | {"timestamp": first["timestamp"]}, timestamp_ca=root)
    assert "the time stamp does not hold" in swapped.wrong[0]
    broken = bytearray(base64.b64decode(first["timestamp"]))
    broken[-5] ^= 1
    assert check_head(data, first | {"timestamp": base64.b64encode(broken).decode()}, timestamp_ca=root).failed == 1
    assert check_head(data, first | {"timestamp": ""}, timestamp_ca=root).failed == 1
    stranger = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=x", "-days", "9")
    subprocess.run(["openssl", *stranger, "-out", str(tmp_path / "x.pem")], check=True, capture_output=True)
    assert check_head(data, first, timestamp_ca=tmp_path / "x.pem").failed == 1
    store(data, 6)
    with pytest.raises(ArchiveError, match="does not stamp"):
        sign_last_head(data, key, "http://127.0.0.1:9/")  # discard: nobody listens
    assert len(signed_heads(data)) == 2


def test_without_the_extra_the_remedy_is_told(data: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = sign_last_head(data, key)
    store(data, 8)
    assert head is not None
    for name in [one for one in sys.modules if one.partition(".")[0] in ("cryptography", "rfc3161_client")]:
        monkeypatch.setitem(sys.modules, name, None)
    for use in (
        lambda: new_key(data / "another.pem"),
        lambda: check_head(data, head),
        lambda: sign_last_head(data, key),
    ):
        with pytest.raises(ArchiveError, match=r"pip install .hoinghi\[proof\]"):
            use()


def test_a_log_that_was_made_anew_is_signed_though_it_is_as_long(data: Path, key: Path) -> None:
    first = sign_last_head(data, key)
    signed = data / FILE
    signed.write_text(json.dumps({**first, "root": "0" * 64}) + "\n", encoding="utf-8")  # type: ignore[dict-item]
    again = sign_last_head(data, key)
    assert again is not None and first is not None
    assert (again["size"], again["root"]) == (first["size"], first["root"])


def test_the_commands_sign_publish_and_check(data: Path, tmp_path: Path) -> None:
    def hoinghi(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "hoinghi.py", *arguments]
        environment = {"PATH": "/usr/bin:/bin", "HOINGHI_PROOF_KEY": str(tmp_path / "k.pem"), "HOINGHI_DATA": str(data)}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    client = create_app(data).test_client()
    assert client.get("/api/proof/head").status_code == 404
    assert hoinghi("proof", "--new-key", str(tmp_path / "k.pem")).returncode == 0
    done = hoinghi("proof", "--sign")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert client.get("/api/proof/head").get_json() == told
    (tmp_path / "kept.json").write_text(done.stdout)
    good = hoinghi("verify", "--head", str(tmp_path / "kept.json"), "--key", told["key"])
    assert (good.returncode, "as signed" in good.stdout) == (0, True), good.stderr
    lines = (data / LOG).read_bytes().splitlines(keepends=True)
    (data / LOG).write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    bad = hoinghi("verify", "--head", str(tmp_path / "kept.json"))
    assert (bad.returncode, "are not those that were signed" in bad.stdout) == (1, True)
    assert hoinghi("verify", "--head", str(tmp_path / "nothing")).returncode == 2
