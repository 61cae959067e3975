"""Figures with the cluster as engine: interface, panel and pages are those with the embedded one."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine
from tests.search.engines.opensearch.cluster import Cluster
from web import create_app

PROVINCES = {"bac-giang": ("Bắc Giang", 71), "thai-nguyen": ("Thái Nguyên", 66)}
SEARCHES = ("giải ngân vốn đầu tư công", "giai ngan 2023", "giải ngân Bắc Giang")
PANEL = re.compile(r'<section class="figure-panel.*?</section>', re.DOTALL)


def publish(data: Path, *, later: bool = False) -> None:
    with Archive(data) as archive:
        for slug, (name, share) in PROVINCES.items():
            for year in (2024,) if later else (2022, 2023):
                address = f"https://bao.mau.test/{slug}-{year}"
                archive.store_article(
                    Article(
                        id=address,
                        url=address,
                        title=f"Tỉnh ủy {name} họp đánh giá năm {year}",
                        body=f"Sáng 5/12/{year}, Ban Chấp hành Đảng bộ tỉnh {name} họp.\n\nNăm {year}, giải ngân vốn "
                        f"đầu tư công của tỉnh đạt {share},{year % 10}% kế hoạch. Phấn đấu năm sau đạt trên 95%.",
                        province=slug,
                        printed_date=f"06/12/{year}",
                    )
                )


@pytest.fixture(scope="module")
def both(opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Two sites of the same pages, gathered in two runs; the first with the cluster."""
    name, clients = f"figures-{uuid4().hex[:8]}", []
    for address in (opensearch.url(name, shards=3, replicas=1), "whoosh"):
        data = tmp_path_factory.mktemp("site")
        url = f"whoosh:{data / 'whoosh'}" if address == "whoosh" else address
        publish(data)
        build(data, open_engine(url), progress=None)
        publish(data, later=True)
        build(data, open_engine(url), progress=None)
        clients.append(create_app(data, url).test_client())
    yield clients[0], clients[1]
    opensearch.remove(name)


def captured_alike(text: str) -> str:
    return re.sub(r'"fetched_at": ?"[^"]*"', "", text)


@pytest.mark.parametrize(
    "path",
    [
        "/api/figures?indicator=public-investment-disbursement&limit=100",
        "/api/figures?province=bac-giang&year=2024",
        "/so-lieu",
        "/so-lieu?indicator=public-investment-disbursement",
        "/so-lieu?indicator=public-investment-disbursement&view=target&era=now",
        "/so-lieu.atom?indicator=public-investment-disbursement",
    ],
)
def test_interface_and_pages(both: tuple[FlaskClient, FlaskClient], path: str) -> None:
    on_cluster, embedded = (client.get(path) for client in both)
    assert on_cluster.status_code == embedded.status_code == 200
    assert captured_alike(on_cluster.text) == captured_alike(embedded.text)
    assert "indicator=" not in path or re.search(r"71[.,]3|95", on_cluster.text)


@pytest.mark.parametrize("query", SEARCHES)
def test_the_panel(both: tuple[FlaskClient, FlaskClient], query: str) -> None:
    on_cluster, embedded = (PANEL.findall(client.get("/", query_string={"q": query}).text) for client in both)
    assert on_cluster == embedded
    assert len(on_cluster) == 1 and "kế hoạch" in on_cluster[0]
