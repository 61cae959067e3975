"""Full matches on the cluster are what plain Python finds in the texts, and what the embedded engine finds."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from search.engines import open_engine
from search.query.nodes import Words
from tests.search.engines.opensearch.cluster import Cluster
from tests.search.full_match_oracle import Corpus, from_headlines, generated, headlines, news_articles

LONG = os.environ.get("HOINGHI_ATTACK") == "long"
GENERATED, FROM_HEADLINES = (1000, 500) if LONG else (300, 150)  # the embedded engine is asked all of them every time


@pytest.fixture(scope="module")
def news(opensearch: Cluster) -> Iterator[Corpus]:
    name = f"full-{uuid4().hex[:8]}"
    with_engine = Corpus(news_articles(), open_engine(opensearch.url(name, shards=3, replicas=1)))
    yield with_engine
    with_engine.engine.close()
    opensearch.remove(name)


def test_queries_find_what_the_texts_hold(news: Corpus) -> None:
    differences = []
    for text in (*generated(list(news.texts.values()), GENERATED), *from_headlines(FROM_HEADLINES)):
        query = news.read(text)
        if any(hint.field == "date" for hint in query.hints):
            continue
        found, expected = news.found(query), news.expected(query)
        if found != expected:
            differences.append((text, sorted(found - expected), sorted(expected - found)))
    assert not differences, (len(differences), differences[:10])


def test_sentences_find_what_the_texts_hold(news: Corpus) -> None:
    required = 0
    for text in headlines()[::4]:
        query = news.read(text)
        if isinstance(query.root, Words) and query.root.together and not any(h.field == "date" for h in query.hints):
            assert news.found(query) == news.expected(query), text
            required += any(unit.hint is not None for unit in query.root.units)
    assert required
