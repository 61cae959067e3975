"""Full matches are what plain Python, without any index, finds in the texts: in sets, totals and facets."""

from collections import Counter

import pytest

from search.answer import answer
from search.engines.embedded.engine import WhooshEngine
from search.query.nodes import Words
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of
from tests.search.full_match_oracle import Corpus, from_headlines, generated, headlines, is_full, news_articles

GENERATED, FROM_HEADLINES = 1000, 500


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    articles = load_articles()
    return Corpus([document_of(one) for one in articles], WhooshEngine(tmp_path_factory.mktemp("samples")))


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return Corpus(news_articles(), WhooshEngine(tmp_path_factory.mktemp("news")))


def test_generated_queries_find_what_the_texts_hold(news: Corpus) -> None:
    differences = []
    for text in generated(list(news.texts.values()), GENERATED):
        query = news.read(text)
        if news.found(query) != news.expected(query):
            differences.append((text, len(news.found(query)), len(news.expected(query))))
    assert not differences, differences[:10]


def test_words_of_headlines_find_what_the_texts_hold(news: Corpus) -> None:
    differences, matched = [], 0
    for text in from_headlines(FROM_HEADLINES):
        query = news.read(text)
        if any(hint.field == "date" for hint in query.hints):
            continue
        expected = news.expected(query)
        matched += bool(expected)
        if news.found(query) != expected:
            differences.append((text, len(news.found(query)), len(expected)))
    assert not differences, differences[:10]
    assert matched > FROM_HEADLINES // 2


SAMPLE_QUERIES = (
    *("giải ngân", "lợn", "đầu tư công", "giai ngan von dau tu cong", "GIẢI NGÂN", "UBND tỉnh", "Ủy ban nhân dân"),
    *("nông thôn mới", "chuyển đổi số", "35-CT/TW", "Bắc Giang", "Bắc Giang 2023", "kỷ luật -cảnh", "tiêu đề:hội nghị"),
    *("thu ngân sách là bao nhiêu", "hội nghị OR kỳ họp", '"đầu tư công" vốn', "giải*", "thứ 20", "dịch tả lợn"),
)


@pytest.mark.parametrize("text", SAMPLE_QUERIES)
def test_totals_and_facets_of_the_sample_pages_are_those_of_the_texts(samples: Corpus, text: str) -> None:
    query = samples.read(text)
    expected = [one for one in samples.documents if is_full(query.root, one, samples.texts[one.id])]
    assert samples.found(query) == {one.id for one in expected}
    found = answer(samples.engine, text, limit=100)
    assert found.total == len(expected)
    years = {value.value: value.count for value in found.facets["year"]}
    assert years == Counter(one.year for one in expected if one.year)
    provinces = {value.value: value.count for value in found.facets["province_now"]}
    assert provinces == Counter(one.province_now for one in expected if one.province_now)
    assert {hit.match for hit in found.counted} <= {"full"}
    assert all(hit.missing for hit in found.uncounted)  # none of these is as long as a sentence


@pytest.mark.parametrize(("text", "total"), [("giải ngân", 32), ("lợn", 7), ("đầu tư công", 28), ("tỉnh lợn", 7)])
def test_the_sample_pages_that_hold_a_word_are_counted(samples: Corpus, text: str, total: int) -> None:
    assert answer(samples.engine, text).total == total


def test_partial_matches_count_only_where_they_are_asked_for(samples: Corpus) -> None:
    strict, wide = (answer(samples.engine, "giải ngân vốn", limit=100, partial=partial) for partial in (False, True))
    assert wide.total == strict.total + strict.partial_matches > strict.total
    assert [hit.document.id for hit in wide.hits] == [hit.document.id for hit in strict.hits]
    by_day = answer(samples.engine, "giải ngân vốn", limit=100, sort="newest")
    assert len(by_day.hits) == strict.total
    assert len(answer(samples.engine, "giải ngân vốn", limit=100, sort="newest", partial=True).hits) == wide.total


def test_of_one_word_there_are_no_partial_matches(samples: Corpus) -> None:
    found = answer(samples.engine, "giải ngân", limit=100, partial=True)
    assert (found.total, found.partial_matches, len(found.hits)) == (32, 0, 32)


def test_the_words_of_a_sentence_stand_in_one_passage(news: Corpus) -> None:
    found = []
    for text in headlines():
        query = news.read(text)
        if isinstance(query.root, Words) and query.root.together and not any(h.field == "date" for h in query.hints):
            expected = news.expected(query)
            assert news.found(query) == expected
            found.append(len(expected))
    assert any(found)


def test_a_word_that_no_page_has_is_told(samples: Corpus) -> None:
    found = answer(samples.engine, "giải ngân tàu ngầm")
    assert (found.total, found.absent) == (0, ("tàu ngầm",))
    assert all("tàu ngầm" in hit.missing for hit in found.hits)


def test_signs_alone_find_nothing_and_say_so(samples: Corpus) -> None:
    found = answer(samples.engine, "!!!")
    assert (found.total, found.hits) == (0, ())
    assert "Không có chữ hay số nào để tìm" in found.understood


@pytest.mark.parametrize("text", ["tàu ngầm hạt nhân", "giải ngân tàu ngầm", "bóng chuyền bãi biển", "lợn gà vịt"])
def test_a_partial_match_of_a_few_words_holds_one_of_them(samples: Corpus, text: str) -> None:
    query = samples.read(text)
    assert isinstance(query.root, Words)
    found = answer(samples.engine, text, limit=100)
    words = {unit.text for unit in query.root.units}
    assert all(set(hit.missing) < words for hit in found.uncounted)
    assert len(found.uncounted) == found.partial_matches
