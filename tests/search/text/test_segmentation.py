"""The oracle is pyvi itself: the fast segmenter must give the same string for the same text."""

import gzip
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.text import segmentation
from search.text.orthography import forms

ROOT = Path(__file__).parents[3]
NEWS = ROOT.parent / "shared" / "relevance" / "news" / "corpus.jsonl.gz"
SAMPLES = ROOT / "tests" / "crawl" / "sites" / "articles"
# Of 5,000 articles, for which pyvi needs two minutes: all by `make attack`, a quarter in CI.
STEP = 1 if os.environ.get("HOINGHI_ATTACK") == "long" else 4 if os.environ.get("CI") else 32

SYLLABLES = (  # noqa: SIM905
    "hội nghị giải ngân vốn đầu tư công Ban Chấp hành Đảng bộ tỉnh Bắc Giang lần thứ XVII UBND TP. Tp. Mr. ThS. 2023 "
    "13,45 % ( ) , . ... -> ==> >> tuyên_truyền hoà uỷ Ð đ 35-CT/TW https://vi.example/a?b=1 a.b@c.vn 1.510 \u00a0 Σ ß"
).split(" ")


def pyvi(text: str) -> str:
    from pyvi import ViTokenizer

    return ViTokenizer.tokenize(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đẩy nhanh giải ngân vốn đầu tư công.", "Đẩy nhanh giải_ngân vốn đầu_tư công ."),
        ("", ""),
        ("  ", "  "),
        ("hội", "hội"),
        ("\0a", "\0_a"),
    ],
)
def test_tokenize(text: str, expected: str) -> None:
    assert segmentation.tokenize(text) == expected == pyvi(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), max_size=40), st.sampled_from([" ", "", "\n", "\u00a0"]))
def test_same_as_pyvi_on_generated_sentences(syllables: list[str], gap: str) -> None:
    text = " ".join(syllables) if gap == " " else gap.join(syllables)
    assert segmentation.tokenize(text) == pyvi(text)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_same_as_pyvi_on_any_text(text: str) -> None:
    assert segmentation.tokenize(text) == pyvi(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), max_size=40).map(" ".join) | st.text(max_size=60))
def test_words_are_the_joined_tokens(text: str) -> None:
    assert segmentation.words(text) == [token for token in segmentation.tokenize(text).split(" ") if "_" in token]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SYLLABLES), max_size=12).map(" ".join) | st.text(max_size=20), max_size=6))
def test_many_texts_at_once_have_the_words_of_each(texts: list[str]) -> None:
    assert segmentation.words_of(texts) == [segmentation.words(text) for text in texts]


def test_same_as_pyvi_on_the_sample_articles() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.rglob("*.toml"))[:30]]
    assert texts
    assert [segmentation.tokenize(text) for text in texts] == [pyvi(text) for text in texts]


@pytest.mark.skipif(not NEWS.exists(), reason="../shared/relevance/news is not here: it is measured only where it is")
def test_same_as_pyvi_on_news() -> None:
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in list(lines)[::STEP]]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        same = list(pool.map(is_the_same, texts, chunksize=100))
    assert [number for number, one in enumerate(same) if not one] == []


def is_the_same(text: str) -> bool:
    return segmentation.tokenize(text) == pyvi(text)


def test_threads_share_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        segmentation, "MAX_KNOWN_SYLLABLES", 50
    )  # so that the tables are renewed while others read them
    texts = [" ".join(f"từ{number % 97}" for number in range(start, start + 80)) + " hội nghị" for start in range(300)]
    expected = [segmentation.tokenize(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(segmentation.tokenize, texts)) == expected


@pytest.mark.parametrize("accented", [True, False])
def test_a_word_is_listed_where_one_of_the_list_has_its_normal_form(accented: bool) -> None:
    words = sorted(segmentation.word_list())
    normal = [" ".join(forms(syllable)[not accented] for syllable in word.split(" ")) for word in words]
    syllables = sorted({syllable for word in normal for syllable in word.split(" ")})
    listed = {*normal, *syllables}
    asked = [*normal[::9], *syllables, *map(" ".join, pairwise(syllables[::3])), "", "xyz", " ".join(["hoa"] * 40)]
    assert [one for one in asked if segmentation.is_word(one, accented) != (one in listed)] == []
    assert sum(one in listed for one in asked) < len(asked)


def test_nothing_heavy_is_loaded() -> None:
    program = "import sys; from search.text.segmentation import tokenize; tokenize('hội nghị'); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pyvi", "sklearn", "sklearn_crfsuite", "pycrfsuite"} & set(modules.stdout.split())


def test_every_character_survives() -> None:
    text = "Hội nghị lần thứ 20 (mở rộng), ngày 16-7: 13,45%."
    assert re.sub("[ _]", "", segmentation.tokenize(text)) == text.replace(" ", "")
