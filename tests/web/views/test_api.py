from typing import Any

import pytest
from flask.testing import FlaskClient

from crawl.article import article_key

KEY = article_key("https://bao.mau.test/tin/1.html")


def test_a_search_answers_in_the_designed_shape(client: FlaskClient) -> None:
    answer = client.get('/api/search?q="đôn đốc giải ngân"&limit=1').get_json()
    assert list(answer) == [
        *(
            "query",
            "understood",
            "total",
            "texts",
            "partial_matches",
            "took_ms",
            "hits",
            "facets",
            "absent",
            "loosened",
        ),
    ]
    assert answer["total"] == 1
    (hit,) = answer["hits"]
    score, snippet = hit.pop("score"), hit.pop("snippet")
    assert score > 0
    assert (hit.pop("match"), hit.pop("missing")) == ("full", [])
    assert "đôn đốc" not in snippet
    assert "Hội nghị bàn việc chung của Bắc Giang" in snippet
    assert hit == {
        "id": "https://bao.mau.test/tin/1.html",
        "url": "https://bao.mau.test/tin/1.html",
        "title": "Bắc Giang đôn đốc giải ngân vốn đầu tư công",
        "province": {"then": "bac-giang", "now": "bac-ninh"},
        "year": 2023,
        "published": "2023-07-05",
        "held": "2023-07-05",
        "key": KEY,
        "source": "bao-mau",
        "kind": "btv",
        "meeting": "bac-giang.btv.2023-07-05",
        "edited": None,
        "gone": None,
        "capture": {"fetched_at": "2026-11-20T08:15:00Z", "sha256": "", "version": 1},
        "also_in": [],
    }
    assert answer["facets"]["year"] == [{"value": 2023, "label": "2023", "count": 1}]


def test_facets_count_then_and_now(client: FlaskClient) -> None:
    facets = client.get("/api/search?q=giải ngân&limit=0").get_json()["facets"]
    assert {"value": "bac-ninh", "label": "Bắc Ninh", "count": 2} in facets["province_now"]
    assert {"value": "bac-giang", "label": "Bắc Giang", "count": 1} in facets["province_then"]
    assert {"value": 2023, "label": "2023", "count": 3} in facets["year"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("province=bac-ninh", {1, 2}),
        ("province=bac-giang", {1}),
        ("province_then=bac-ninh", {2}),
        ("province_now=thai-nguyen", {3, 4}),
        ("year=2021&year=2025", {4, 5}),
        ("kind=bch&year=2023", {3}),
        ("source=cong-mau", {3, 4, 5}),
        ("from=2023-07-06&to=2023-12-31", {2, 3}),
        ("to=2021-06-29", {4}),
    ],
)
def test_each_filter_limits_the_hits(client: FlaskClient, filters: str, numbers: set[int]) -> None:
    hits = client.get(f"/api/search?q=giải ngân&limit=50&{filters}").get_json()["hits"]
    assert {hit["id"] for hit in hits} == {f"https://bao.mau.test/tin/{number}.html" for number in numbers}


def test_newest_and_oldest_order_by_the_day_held(client: FlaskClient) -> None:
    def days(sort: str) -> list[str]:
        hits = client.get(f'/api/search?q="chuyên đề" OR "đôn đốc" OR "xem xét"&sort={sort}').get_json()["hits"]
        return [hit["held"] for hit in hits]

    assert days("newest") == ["2025-09-12", "2023-07-05", "2021-06-29"]
    assert days("oldest") == ["2021-06-29", "2023-07-05", "2025-09-12"]


def test_limit_and_offset_cut_the_list(client: FlaskClient) -> None:
    def ids(paging: str) -> list[str]:
        return [hit["id"] for hit in client.get(f"/api/search?q=giải ngân&{paging}").get_json()["hits"]]

    assert ids("limit=2&offset=2") == ids("limit=50")[2:4]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/search", "q"),
        ("/api/search?q=", "q"),
        ("/api/search?q=%20", "q"),
        ("/api/search?q=" + "a" * 2001, "q"),
        ("/api/search?q=a&page=2", "page"),
        ("/api/search?q=a&lang=en", "lang"),
        ("/api/search?q=a&year=20x3", "year"),
        ("/api/search?q=a&province=atlantis", "province"),
        ("/api/search?q=a&kind=tea", "kind"),
        ("/api/search?q=a&from=1/2/2023", "from"),
        ("/api/search?q=a&sort=", "sort"),
        ("/api/search?q=a&limit=1000", "limit"),
        ("/api/suggest", "q"),
        ("/api/sources?x=1", "x"),
        ("/api/coverage?x=1", "x"),
        (f"/api/articles/{KEY}?x=1", "x"),
        ("/api/v1/search?q=a&year=20x3", "year"),
    ],
)
def test_a_bad_parameter_is_a_400_that_names_it(client: FlaskClient, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert (error["status"], error["parameter"]) == (400, parameter)
    assert error["message"]


def test_other_errors_have_the_same_shape(client: FlaskClient) -> None:
    missing = client.get("/api/articles/nothing")
    assert missing.status_code == 404
    assert set(missing.get_json()["error"]) == {"status", "parameter", "message"}
    wrong_method = client.post("/api/search?q=a")
    assert wrong_method.status_code == 405
    assert wrong_method.headers["Allow"]
    assert wrong_method.get_json()["error"]["status"] == 405


def test_an_article_comes_with_facts_capture_and_versions(client: FlaskClient) -> None:
    article = client.get(f"/api/articles/{KEY}").get_json()
    assert article["title"] == "Bắc Giang đôn đốc giải ngân vốn đầu tư công"
    assert "41,5% kế hoạch" in article["text"]
    assert article["facts"]["province"] == {"then": "bac-giang", "now": "bac-ninh"}
    assert article["facts"]["evidence"] == {"held": "Chiều ngày 2023-07-05"}
    assert article["capture"]["version"] == 2
    assert len(article["capture"]["sha256"]) == 64
    assert [version["version"] for version in article["versions"]] == [1, 2]
    assert article["permalink"].endswith(f"/bai/{KEY}")


def test_coverage_and_sources(client: FlaskClient) -> None:
    coverage = client.get("/api/coverage").get_json()
    assert coverage["total"] == 18
    assert {"value": 2024, "label": "2024", "count": 12} in coverage["year"]
    sources = client.get("/api/sources").get_json()["sources"]
    assert {
        "slug": "cong-mau",
        "name": "Cổng thông tin Mẫu",
        "province": None,
        "kind": "portal",
        "sample": False,
        "many_provinces": False,
        "count": 3,
    } in sources


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/api/search?q=giải ngân", "/?q=giải ngân", f"/bai/{KEY}", "/atom?q=giải ngân"):
        tag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
        assert client.get(path + "x", headers={"If-None-Match": tag}).status_code != 304


def test_any_origin_may_read(client: FlaskClient) -> None:
    assert client.get("/api/search?q=ngan").headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/search?yaer=1").headers["Access-Control-Allow-Origin"] == "*"


def routes(client: FlaskClient) -> set[str]:
    rules = client.application.url_map.iter_rules()
    described = ("api.", "changes.", "feeds.", "exports.")
    return {rule.rule.replace("<key>", "{key}") for rule in rules if rule.endpoint.startswith(described)}


def check(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str) -> None:
    """Assert that value fits the part of JSON Schema that the description uses."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "array": list,
        "object": dict,
        "null": type(None),
        "boolean": bool,
    }
    allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, kinds[kind]) for kind in allowed), f"{place}: {value!r} is not {allowed}"
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        assert set(schema.get("required", ())) <= set(value), place
        for name, inner in value.items():
            further = schema.get("additionalProperties")
            if "properties" in schema and not further:
                assert name in properties, f"{place}.{name} is not described"
            if name in properties or further:
                check(inner, properties.get(name, further), schemas, f"{place}.{name}")
    for number, inner in enumerate(value if isinstance(value, list) else ()):
        check(inner, schema["items"], schemas, f"{place}[{number}]")


def test_the_description_covers_every_route_and_fits_the_answers(client: FlaskClient) -> None:
    description = client.get("/api/openapi.json").get_json()
    assert set(description["paths"]) == routes(client)
    schemas = description["components"]["schemas"]
    for path, query in (
        ("/api/search", "?q=giải ngân"),
        ("/api/articles/{key}", ""),
        ("/api/meetings/{key}", ""),
        ("/api/suggest", "?q=giải"),
        ("/api/sources", ""),
        ("/api/coverage", ""),
        ("/api/search", "?q=a&year=1"),
    ):
        answer = client.get(path.format(key="bac-giang.btv.2023-07-05" if "meetings" in path else KEY) + query)
        assert answer.status_code in (200, 400)
        described = description["paths"][path]["get"]["responses"][str(answer.status_code)]
        check(answer.get_json(), described["content"]["application/json"]["schema"], schemas, path)


def test_every_described_parameter_is_taken(client: FlaskClient) -> None:
    description = client.get("/api/openapi.json").get_json()
    example = {"string": "x", "integer": "2023"}
    for parameter in description["paths"]["/api/search"]["get"]["parameters"]:
        if parameter["in"] != "query":
            continue
        schema = parameter["schema"].get("items", parameter["schema"])
        value = schema.get("enum", [None])[0] or ("2023-01-01" if "format" in schema else example[schema["type"]])
        if schema.get("maximum", 9999) < 2023:
            value = schema["maximum"]
        answer = client.get("/api/search", query_string={"q": "ngan", parameter["name"]: value})
        assert answer.status_code == 200, (parameter["name"], value)
