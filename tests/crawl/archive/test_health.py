"""The state of a source in plain words, from the runs that an archive really holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.health import judge, label, reason_of, source_states, states_in
from crawl.archive.runs import Alarm, Run
from crawl.article import Article
from crawl.errors import ArchiveError
from crawl.registry.sources import Source

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)
GOOD = Run(
    id=1,
    source="bao-mau",
    started_at="2026-03-02T10:00:00Z",
    finished_at="2026-03-02T11:00:00Z",
    fetched=30,
    new=2,
    changed=0,
    unchanged=3,
    not_modified=0,
    failed=0,
    error="",
    listed=40,
)
BAD = replace(GOOD, new=0, unchanged=0, listed=0, error="answered 403 Forbidden")
DEAD = replace(GOOD, finished_at="", error="")


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], ("never_tried", "")),
        ([GOOD], ("ok", "")),
        ([BAD, GOOD], ("failing", "forbidden")),
        ([replace(GOOD, finished_at="2026-02-26T11:00:00Z")], ("stale", "stale")),
        ([replace(GOOD, new=0, unchanged=0)], ("failing", "no_articles")),
        ([replace(GOOD, listed=5), *[GOOD] * 6], ("failing", "collapsed")),
        ([replace(GOOD, listed=5), *[GOOD] * 2], ("ok", "")),
        ([replace(GOOD, listed=0), *[GOOD] * 6], ("ok", "")),
        ([DEAD, GOOD], ("ok", "")),
        ([DEAD, BAD], ("failing", "interrupted")),
        ([replace(BAD, error="DNS: the host name is not found")] * 3, ("failing", "dns")),
        (
            [
                replace(BAD, error="DNS: the host name is not found"),
                replace(GOOD, finished_at="2025-11-20T00:00:00Z"),
            ],
            ("discontinued", "dns"),
        ),
        ([replace(BAD, error="moved to https://baobacninhtv.vn/"), GOOD], ("moved", "moved")),
    ],
)
def test_runs_are_judged(runs: list[Run], expected: tuple[str, str]) -> None:
    assert judge(runs, HALF_DAY, NOON)[:2] == expected


def test_lists_that_did_not_change_are_no_failure_where_articles_are_known() -> None:
    quiet = replace(GOOD, fetched=0, new=0, unchanged=0, listed=0)
    assert judge([quiet], HALF_DAY, NOON, articles=12) == ("ok", "", "")


def test_a_run_without_end_is_running_while_somebody_writes() -> None:
    assert judge([DEAD], HALF_DAY, NOON, writing=True) == ("running", "", "")
    assert judge([DEAD], HALF_DAY, NOON)[0] == "failing"


def test_an_alarm_outweighs_a_run_that_seemed_to_go_well() -> None:
    alarm = Alarm("bao-mau", "https://baomau.vn/1", "gambling", "gambling: it shows something else", GOOD.started_at)
    assert judge([GOOD], HALF_DAY, NOON, [alarm])[:2] == ("failing", "gambling")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("DNS: no such host baomau.vn", "dns"),
        ("TLS failed (certificate has expired)", "tls"),
        ("answered 403 Forbidden", "forbidden"),
        ("answered 429 and asks to wait 3,600 seconds", "throttled"),
        ("robots.txt forbids the start pages", "robots"),
        ("robots.txt cannot be read (DNS: the host name is not found): nothing is fetched until it can", "dns"),
        ("robots.txt cannot be read (connection refused): nothing is fetched until it can", "unreachable"),
        ("no article was found on any list page (answered 403): check start, feeds and article", "forbidden"),
        ("3 times in a row answered 403: the site refuses us", "forbidden"),
        ("challenge: https://baomau.vn/ shows something else", "challenge"),
        ("no answer within 30 seconds (timeout)", "timeout"),
        ("answered 500 Internal Server Error", "server_error"),
        ("no article was found on any list page: check start, feeds and article", "no_articles"),
        ("interrupted", "interrupted"),
        ("có gì đó lạ", "unknown"),
    ],
)
def test_errors_are_told_apart(error: str, reason: str) -> None:
    assert reason_of(error) == reason


def test_states_of_an_archive_count_articles_and_name_times(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "bac-giang", "newspaper")])
        bad = archive.start_run("bao-mau")
        archive.finish_run(bad, error="answered 500")
        good = archive.start_run("bao-mau")
        for number in range(3):
            archive.store_article(Article(f"https://baomau.vn/{number}", "", "Tin", "Nội dung.", source="bao-mau"))
        archive.finish_run(good, fetched=4, new=3, listed=3)
        run = archive.runs("bao-mau")[0]
    registry = [Source("dai-mau", "Đài Mẫu", "broadcaster", ("dai.vn",), "/tin/", "https://dai.vn/tin/1")]
    known, new = source_states(tmp_path, registry)
    assert (known.slug, known.state, known.articles, known.gone) == ("bao-mau", "ok", 3, 0)
    assert (known.tried, known.succeeded) == (run.started_at, run.finished_at)
    assert known.to_json()["label"] == {"vi": "tốt", "en": "ok"}
    assert (new.slug, new.state, new.tried, new.articles) == ("dai-mau", "never_tried", "", 0)
    assert str(new) == "dai-mau: chưa thu thập lần nào; 0 bài; thử lần cuối –, thành công lần cuối –"


def test_an_alarm_is_over_after_a_run_without_one(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "", "newspaper")])
        archive.finish_run(archive.start_run("bao-mau"), fetched=1, new=1)
        archive.raise_alarm("bao-mau", "https://baomau.vn/", "challenge", "challenge: …")
        [state] = states_in(archive)
        assert (state.state, state.reason, state.alarms) == ("failing", "challenge", 1)
        later = archive.start_run("bao-mau")
        archive.finish_run(later, fetched=1, new=1)
        archive._db.execute("UPDATE runs SET started_at = '2999-01-01T00:00:00Z' WHERE id = ?", (later,))
        [state] = states_in(archive)
        assert (state.state, state.alarms) == ("ok", 0)


def test_a_source_that_was_absorbed_is_moved_once_it_fails(tmp_path: Path) -> None:
    old = Source("cu", "Báo Cũ", "newspaper", ("cu.vn",), "/tin/", "https://cu.vn/tin/1", successor="moi")
    with Archive(tmp_path) as archive:
        archive.finish_run(archive.start_run("cu"), fetched=1, new=1)
        [state] = states_in(archive, [old])
        assert state.state == "ok"
        archive.finish_run(archive.start_run("cu"), error="connection refused")
        [state] = states_in(archive, [old])
    assert (state.state, state.trouble) == ("moved", "goes on as moi; connection refused")


def test_without_an_archive_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        source_states(tmp_path)


def test_every_state_has_a_name_in_both_languages() -> None:
    for key in (
        "ok", "stale", "failing", "moved", "discontinued", "never_tried", "running", "interrupted", "vanished",
        "challenge", "gambling", "parked", "unknown",
    ):  # fmt: skip
        assert label(key, "vi") != key
        assert label(key, "en")
