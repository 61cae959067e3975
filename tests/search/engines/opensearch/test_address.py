"""opensearch://…: what an address may say, and what is told about one that cannot be meant."""

import pytest

from search.engines import open_engine
from search.engines.opensearch.address import parse_address, with_login
from search.errors import BadIndexAddress


def test_an_address_names_hosts_index_and_how_it_is_made() -> None:
    address = parse_address("opensearch://mot.mau.test:9201,[::1]/kho-bao?shards=6&replicas=2&part=bac-giang")
    assert address.hosts == (("mot.mau.test", 9201), ("[::1]", 9200))
    assert (address.name, address.shards, address.replicas, address.part) == ("kho-bao", 6, 2, "bac-giang")
    assert not address.tls


@pytest.mark.parametrize("url", ["opensearchs://mau.test/kho", "opensearch://mau.test/kho?tls=1"])
def test_tls_is_asked_for_by_scheme_or_option(url: str) -> None:
    assert parse_address(url).tls
    assert parse_address(url).verify


def test_user_and_password_are_put_in_and_never_shown() -> None:
    url = with_login("opensearchs://mau.test:9200/kho?shards=3", "người dùng", "p@ss/:?")
    address = parse_address(url)
    assert (address.user, address.password) == ("người dùng", "p@ss/:?")
    assert str(address) == "opensearchs://mau.test:9200/kho"
    assert "p@ss" not in repr(address)


def test_an_authority_is_put_in_unless_the_address_names_one() -> None:
    assert (
        parse_address(with_login("opensearchs://mau.test/kho", "", "", "/etc/cơ quan.pem")).ca_file
        == "/etc/cơ quan.pem"
    )
    url = with_login("opensearchs://mau.test/kho?shards=3&ca_file=/a.pem", "ai", "khác", "/b.pem")
    assert (parse_address(url).ca_file, parse_address(url).shards, parse_address(url).user) == ("/a.pem", 3, "ai")


@pytest.mark.parametrize("url", ["whoosh:index_data/whoosh", "opensearch://ai:do@mau.test/kho"])
def test_a_login_of_the_environment_changes_nothing_else(url: str) -> None:
    assert with_login(url, "ai", "khác") == url


@pytest.mark.parametrize(
    "url, expected",
    [
        ("opensearch://mau.test:9200/", "cannot be the name of an index"),
        ("opensearch://mau.test:9200/Kho", "lower-case"),
        ("opensearch://mau test/kho", '"mau test" is not a host'),
        ("opensearch://mau.test/kho?shards=0", "shards=0 is not a number from 1"),
        ("opensearch://mau.test/kho?replicas=x", "replicas=x is not a number from 0"),
        ("opensearch://mau.test/kho?tls=có", "neither 1 nor 0"),
        ("opensearchs://mau.test/kho?ca_file=/không/có.pem", 'cannot read the authority "/không/có.pem"'),
        ("opensearch://mau.test/kho?shard=3", 'no option "shard"; expected one of shards'),
    ],
)
def test_a_wrong_address_is_refused_with_what_would_be_right(url: str, expected: str) -> None:
    with pytest.raises(BadIndexAddress, match=expected.replace("?", r"\?")):
        open_engine(url)
