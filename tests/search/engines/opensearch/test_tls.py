"""TLS and logins, in front of a real node: a server with a certificate of our own, that lets one user through."""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from uuid import uuid4

import pytest
import trustme

from search.engines import open_engine
from search.engines.opensearch.address import with_login
from search.errors import IndexMissing, IndexUnavailable
from search.query.nodes import Phrase, Query
from tests.search.engines.opensearch.cluster import Cluster
from tests.search.engines.opensearch.proxy import Proxy
from tests.search.engines.opensearch.test_failures import documents

USER, PASSWORD = "người dùng", "mật/khẩu:@?"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def gate(opensearch: Cluster, authority: trustme.CA) -> Iterator[Proxy]:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    login = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with Proxy(f"http://127.0.0.1:{opensearch.nodes[0].http}", tls=context, login=login) as proxy:
        yield proxy


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def test_documents_go_in_and_answers_come_out_over_tls(gate: Proxy, ca_file: str) -> None:
    url = with_login(f"opensearchs://{gate.address}/tls-{uuid4().hex[:8]}", USER, PASSWORD, ca_file)
    engine = open_engine(url)
    with engine.writer(rebuild=True) as writer:
        assert writer.add(documents(20)) == 20
    found = engine.search(Query("", Phrase("bài số 7", "title")))
    assert [document.id for document, _ in found.ranked] == ["bai-7"]


def test_the_command_line_takes_login_and_authority_from_the_environment(
    gate: Proxy, ca_file: str, tmp_path: Path
) -> None:
    environment = {"HOINGHI_INDEX_USER": USER, "HOINGHI_INDEX_PASSWORD": PASSWORD, "HOINGHI_INDEX_CA": ca_file}
    command = [sys.executable, "-m", "hoinghi", "search", "giải ngân", "--data", str(tmp_path)]
    command += ["--index", f"opensearchs://{gate.address}/khong-co"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stderr.startswith(f"hoinghi: no index at opensearchs://{gate.address}/khong-co"), done.stderr


@pytest.mark.parametrize(
    "scheme, user, password, trusted, expected",
    [
        ("opensearchs", USER, "sai", True, 'refuses user "người dùng" .HTTP 401.* HOINGHI_INDEX_PASSWORD'),
        ("opensearchs", "", "", True, "refuses without a user .HTTP 401"),
        ("opensearchs", USER, PASSWORD, False, "is not trusted .*: name the file of the authority .*HOINGHI_INDEX_CA"),
        ("opensearch", USER, PASSWORD, True, "check that the cluster runs and that address and TLS are right"),
    ],
    ids=["wrong password", "no user", "wrong authority", "no TLS"],
)
def test_who_is_not_let_in_is_told_why(
    gate: Proxy, ca_file: str, tmp_path: Path, scheme: str, user: str, password: str, trusted: bool, expected: str
) -> None:
    if not trusted:
        trustme.CA().cert_pem.write_to_path(ca_file)
    engine = open_engine(with_login(f"{scheme}://{gate.address}/kho", user, password, ca_file))
    engine.cluster.patience_seconds = 0.5  # type: ignore[attr-defined]
    with pytest.raises(IndexUnavailable, match=expected) as told:
        engine.count()
    assert PASSWORD not in str(told.value)


def test_a_node_without_tls_is_told_from_one_that_is_not_trusted(opensearch: Cluster) -> None:
    engine = open_engine(f"opensearchs://127.0.0.1:{opensearch.nodes[0].http}/kho")
    with pytest.raises(IndexUnavailable, match="does not answer by TLS"):
        engine.count()


def test_without_checking_any_certificate_will_do(gate: Proxy) -> None:
    engine = open_engine(with_login(f"opensearchs://{gate.address}/khong-co?verify=0", USER, PASSWORD))
    with pytest.raises(IndexMissing, match="no index at"):
        engine.count()
