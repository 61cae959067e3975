"""What was read once by the same rules is not read again; and the memory is never the truth."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.article import Article
from indexer import interpretation_cache, spool
from indexer.build import build
from search.engines import open_engine

PAGE = Article(id="b", url="", title="Hội nghị Tỉnh ủy lần thứ 9", body="Sáng 3/8/2023, Tỉnh ủy Hà Giang họp.")


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Index three pages and an empty one, and return the list to which later runs add the ids that they read."""
    with Archive(tmp_path) as archive:
        for name in "abc":
            archive.store_article(replace(PAGE, id=name, body=f"{PAGE.body} Trang {name}."))
        archive.store_article(Article(id="empty", url="", title="", body=""))
    run(tmp_path)
    seen: list[str] = []
    interpret = spool.interpret
    monkeypatch.setattr(spool, "interpret", lambda archived: seen.append(archived.article.id) or interpret(archived))
    return seen


def run(data: Path, rebuild: bool = False) -> tuple[int, int, int, dict[str, int]]:
    summary = build(data, open_engine(f"whoosh:{data / 'whoosh'}"), rebuild=rebuild, progress=None)
    return summary.added, summary.changed, summary.unchanged, summary.rejected


def test_only_the_changed_page_is_read_again_and_rejects_are_still_counted(tmp_path: Path, read: list[str]) -> None:
    assert run(tmp_path) == (0, 0, 3, {"no text": 1})
    assert read == []
    with Archive(tmp_path) as archive:
        archive.store_article(replace(PAGE, body="Chiều 4/8/2023, Tỉnh ủy Hà Giang họp."))
    added, changed, unchanged, _ = run(tmp_path)
    assert read == ["b"]
    assert (added, changed + unchanged) == (0, 3)


def test_new_rules_read_everything_again(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpretation_cache, "sources", lambda: "other files")
    assert run(tmp_path) == (0, 0, 3, {"no text": 1})
    assert read == []
    monkeypatch.setattr(interpretation_cache, "sources", lambda: "files of other rules")
    monkeypatch.setattr(interpretation_cache, "rules", lambda: "other rules")
    assert run(tmp_path) == (0, 0, 3, {"no text": 1})
    assert read == ["a", "b", "c", "empty"]


def test_the_rules_are_compared_only_where_their_files_have_changed(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpretation_cache, "rules", lambda: pytest.fail("not needed"))
    run(tmp_path)
    run(tmp_path, rebuild=True)
    assert read == ["a", "b", "c", "empty"]


def test_the_version_of_the_rules_changes_with_code_and_data_not_with_words_about_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, data = tmp_path / "indexer/rules/days.py", tmp_path / "indexer/rules/cues.tsv"
    rule.parent.mkdir(parents=True)
    monkeypatch.setattr(interpretation_cache, "ROOT", tmp_path)

    def version(code: str, cues: str) -> str:
        rule.write_text(code)
        data.write_text(cues)
        interpretation_cache.rules.cache_clear()
        return interpretation_cache.rules()

    first = version('"""Days."""\n\n\ndef day() -> int:\n    """One."""\n    return 1\n', "họp")
    assert version('"""Which day."""\n\n\ndef day() -> int:\n    # first\n    return 1\n', "họp") == first
    assert version('"""Days."""\n\n\ndef day() -> int:\n    """One."""\n    return 2\n', "họp") != first
    assert version('"""Days."""\n\n\ndef day() -> int:\n    """One."""\n    return 1\n', "giao ban") != first
    interpretation_cache.rules.cache_clear()


def test_rebuild_reads_everything_again(tmp_path: Path, read: list[str]) -> None:
    run(tmp_path, rebuild=True)
    assert read == ["a", "b", "c", "empty"]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_missing_or_damaged_memory_costs_time_and_nothing_else(
    tmp_path: Path, read: list[str], content: bytes
) -> None:
    (tmp_path / interpretation_cache.FILE).write_bytes(content)
    assert run(tmp_path) == (0, 0, 3, {"no text": 1})
    assert read == ["a", "b", "c", "empty"]
    read.clear()
    assert run(tmp_path) == (0, 0, 3, {"no text": 1})
    assert read == []


def test_an_index_that_is_behind_the_memory_is_brought_in_step(tmp_path: Path, read: list[str]) -> None:
    engine = open_engine(f"whoosh:{tmp_path / 'whoosh'}")
    with engine.writer() as writer:
        writer.delete(["a"])
    engine.close()
    assert run(tmp_path) == (1, 0, 2, {"no text": 1})
    assert open_engine(f"whoosh:{tmp_path / 'whoosh'}").count() == 3


def test_a_memory_damaged_in_its_middle_costs_time_and_nothing_else(tmp_path: Path, read: list[str]) -> None:
    file = tmp_path / interpretation_cache.FILE
    whole = file.read_bytes()
    for start in range(4096, len(whole), 4096):  # each page but the first, which says what the file is
        file.write_bytes(whole[:start] + bytes(4096) + whole[start + 4096 :])
        with Archive(tmp_path) as archive:
            archive.store_article(replace(PAGE, body=f"Chiều 4/8/2023, Tỉnh ủy Hà Giang họp lần {start}."))
        assert run(tmp_path) == (0, 1, 2, {"no text": 1})
