"""The command line as users and scripts rely on it: real processes, real files, exit codes and messages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawl.sites.serve import SampleSites
from tests.index_url import index_url

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT.parent / "shared" / "samples"
QUERY = "giải ngân vốn đầu tư công 2023"

BAC_GIANG = """Hội nghị Ban Chấp hành Đảng bộ tỉnh Bắc Giang bàn giải ngân vốn đầu tư công

Sáng 12/7/2023, Ban Chấp hành Đảng bộ tỉnh Bắc Giang họp hội nghị thường kỳ. Đại biểu cho rằng giải ngân vốn đầu tư
công năm 2023 còn chậm vì thiếu mặt bằng sạch.
"""
TUYEN_QUANG = """Ban Thường vụ Tỉnh ủy Tuyên Quang nghe báo cáo xây dựng nông thôn mới

Ngày 3-9-2020, Ban Thường vụ Tỉnh ủy Tuyên Quang họp, cho ý kiến về chương trình nông thôn mới của tỉnh.
"""


def hoinghi(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "hoinghi.py"), *map(str, arguments)]
    environment = dict(os.environ)
    if "--data" in arguments:
        environment["HOINGHI_INDEX"] = index_url(Path(arguments[arguments.index("--data") + 1], "whoosh"))
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=environment)


def found(*arguments: str | Path) -> dict:
    done = hoinghi("search", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two imported pages, indexed."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "bac-giang.txt").write_text(BAC_GIANG, encoding="utf-8")
    (folder / "tuyen-quang.txt").write_text(TUYEN_QUANG, encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    assert hoinghi("import", folder, "--data", data).returncode == 0
    assert hoinghi("index", "--data", data).returncode == 0
    return data


@pytest.mark.parametrize("query", [QUERY, "giai ngan von dau tu cong 2023", "GIẢI NGÂN", '"đầu tư công"'])
def test_search_answers_in_the_designed_shape(data: Path, query: str) -> None:
    results = found(query, "--data", data)
    assert {"query", "understood", "total", "took_ms", "hits", "facets"} <= results.keys()
    assert results["total"] == 1
    [hit] = results["hits"]
    assert hit["id"] == "bac-giang.txt"
    assert hit["province"] == {"then": "bac-giang", "now": "bac-ninh"}
    assert (hit["year"], hit["held"]) == (2023, "2023-07-12")
    assert "<mark>" in hit["snippet"]
    assert results["facets"]["province_then"] == [{"value": "bac-giang", "label": "Bắc Giang", "count": 1}]
    assert results["facets"]["province_now"] == [{"value": "bac-ninh", "label": "Bắc Ninh", "count": 1}]
    assert results["facets"]["year"] == [{"value": 2023, "label": "2023", "count": 1}]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--province", "bac-giang"], ["bac-giang.txt"]),
        (["--province", "bac-ninh"], ["bac-giang.txt"]),
        (["--province", "ha-noi"], []),
        (["--year", "2020"], ["tuyen-quang.txt"]),
        (["--year", "2020", "--year", "2023", "--sort", "oldest"], ["tuyen-quang.txt", "bac-giang.txt"]),
        (["--from", "2023-01-01", "--to", "2023-12-31"], ["bac-giang.txt"]),
        (["--sort", "newest", "--limit", "1"], ["bac-giang.txt"]),
        (["--sort", "newest", "--offset", "1"], ["tuyen-quang.txt"]),
    ],
)
def test_filters_sorting_and_paging(data: Path, options: list[str], ids: list[str]) -> None:
    assert [hit["id"] for hit in found("tỉnh", *options, "--data", data)["hits"]] == ids


def test_run_prints_a_trec_run(data: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "giải ngân"}\n{"id": "q2", "text": "nông thôn mới"}\n', encoding="utf-8")
    done = hoinghi("run", "--queries", queries, "--data", data)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [(qid, docid, rank) for qid, _, docid, rank, _, _ in lines if rank == "1"] == [
        ("q1", "bac-giang.txt", "1"),
        ("q2", "tuyen-quang.txt", "1"),
    ]
    assert {(line[1], line[5]) for line in lines} == {("Q0", "hoinghi")}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "ngân sách", "--data", "NOWHERE"], "hoinghi index"),
        (["status", "--data", "NOWHERE"], "NOWHERE"),
        (["index", "--data", "NOWHERE"], "NOWHERE"),
        (["search", "   ", "--data", "DATA"], "query"),
        (["search", "-2023", "--data", "DATA"], 'search --json -- "-2023"'),
        (["search", "họp", "--limt", "3", "--data", "DATA"], "--limit"),
        (["search", "họp", "--from", "31/2/2023", "--data", "DATA"], "31/2/2023"),
        (["search", "họp", "--province", "atlantis", "--data", "DATA"], "atlantis"),
        (["search", "họp " * 501, "--data", "DATA"], "2,000"),
        (["search", "họp", "--index", "sqlite:/x", "--data", "DATA"], "sqlite"),
        (["import", "NOWHERE/x.txt", "--data", "NEW"], "x.txt"),
        (["crawl", "--sources", "NOWHERE.toml", "--data", "NEW"], "NOWHERE.toml"),
        (["crawl", "--source", "khong-co", "--data", "NEW"], "khong-co"),
        (["crawl", "--contact", "thư@mẫu.vn", "--data", "NEW"], "thư@mẫu.vn"),
        (["run", "--queries", "NOWHERE.jsonl", "--data", "DATA"], "NOWHERE.jsonl"),
    ],
)
def test_a_users_mistake_is_told_without_a_traceback(
    data: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    places = {"DATA": str(data), "NEW": str(tmp_path / "new")}
    done = hoinghi(*(places.get(argument, argument.replace("NOWHERE", "/nowhere")) for argument in arguments))
    assert done.returncode == 2, done.stdout + done.stderr
    assert said.replace("NOWHERE", "/nowhere") in done.stderr
    assert "Traceback" not in done.stderr


def test_a_crawl_says_whom_to_write_to_and_what_it_left_out(tmp_path: Path) -> None:
    with SampleSites() as sites:
        slug = "mau-bao-song-thuong"
        asked = ["--sources", sites.sources_file, "--source", slug, "--contact", "thu@mau.test", "--data", tmp_path]
        crawled = hoinghi("crawl", *asked)
        assert crawled.returncode == 0, crawled.stderr
        agents = {request.agent for request in sites.requests}
    assert agents and all("+thu@mau.test" in agent for agent in agents)
    told = hoinghi("sources", "left-out", "--data", tmp_path)
    assert told.returncode == 0
    rows = [line.split("\t") for line in told.stdout.splitlines()]
    assert rows and all(source == slug and url.startswith("http") and why for source, url, why in rows)


def test_a_query_may_begin_with_a_minus(data: Path) -> None:
    done = hoinghi("search", "--json", "--data", data, "--", "-ngân")
    assert done.returncode == 0, done.stderr
    assert "không có “ngân”" in json.loads(done.stdout)["understood"]


def test_a_query_of_2000_characters_is_answered(data: Path) -> None:
    assert found(("giải ngân " * 200)[:2000], "--data", data)["hits"][0]["id"] == "bac-giang.txt"


def test_sources_check_names_value_expectation_and_remedy(tmp_path: Path) -> None:
    registry = tmp_path / "sources.toml"
    registry.write_text(
        '[[source]]\nslug = "bao-x"\nname = "Báo X"\nprovince = "atlantis"\nkind = "newspaper"\n'
        'hosts = ["bao-x.example"]\nstart = ["https://bao-x.example/"]\narticle = "-(\\\\d+)[.]html$"\n'
        'example = "https://bao-x.example/hop-1.html"\n',
        encoding="utf-8",
    )
    checked = hoinghi("sources", "check", "--sources", registry)
    assert checked.returncode == 2
    assert "bao-x" in checked.stderr
    assert "atlantis" in checked.stderr
    crawled = hoinghi("crawl", "--sources", registry, "--data", tmp_path / "data")
    assert crawled.returncode == 2
    assert "atlantis" in crawled.stderr
    assert "Traceback" not in crawled.stderr


def test_an_unreadable_file_among_good_ones_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "good.txt").write_text(BAC_GIANG, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    (folder / "broken.jsonl").write_text('{"id": "a", "title": "Họp", "text": "Ngày 1/2/2023 họp."}\n{"id": ', "utf-8")
    done = hoinghi("import", folder, "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "broken.pdf" in done.stdout
    assert "broken.jsonl" in done.stdout
    assert "2 new" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def real_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the five real pages, indexed."""
    if not SAMPLES.exists():
        pytest.skip("../shared/samples is not here: real pages are tried only where it is")
    data = tmp_path_factory.mktemp("real")
    assert hoinghi("import", SAMPLES, "--data", data).returncode == 0
    assert hoinghi("index", "--data", data).returncode == 0
    return data


@pytest.mark.parametrize("query", [QUERY, "giai ngan von dau tu cong 2023"])
def test_the_question_of_the_house(real_pages: Path, query: str) -> None:
    numbers = [hit["id"][:3] for hit in found(query, "--data", real_pages)["hits"]]
    assert set(numbers) == {"000", "001", "003", "004"}
    assert set(numbers[:2]) == {"001", "003"}


def test_days_and_provinces_of_real_pages(real_pages: Path) -> None:
    hits = {hit["id"][:3]: hit for hit in found("tỉnh", "--data", real_pages)["hits"]}
    assert hits["000"]["held"] == "2024-07"
    assert hits["001"]["held"] == "2023-07-05"
    assert hits["002"]["held"] == "2021-06-29"
    assert hits["003"]["published"] == "2023-12-01"
    assert hits["004"]["held"] == "2020-07-16"
    then = {number: hit["province"]["then"] for number, hit in hits.items()}
    assert then.pop("000") in ("bac-kan", None)
    assert then == {"001": "thai-nguyen", "002": None, "003": "bac-giang", "004": "tuyen-quang"}
