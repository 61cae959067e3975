"""The archive: every response as it was fetched (WARC), and every version of every article (SQLite, archive.db).

    with Archive(data_dir) as archive:
        capture = archive.record_response(source, url, 200, headers, body)
        archive.store_article(article, capture)

One process writes at a time, any number read. A write is kept when the call returns; inside `batch()`, when the batch
ends. A row never points to a record that is not on disk: the WARC file is synced before the row is committed.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from zlib import crc32

from crawl import clock
from crawl.archive.addresses import AddressStore
from crawl.archive.captures import ROWS_PER_READ, CaptureStore
from crawl.archive.database import DATABASE, now
from crawl.archive.permits import FULL, permitted
from crawl.archive.returning_texts import comes_in_turns, version_before
from crawl.archive.rows import RowStore
from crawl.archive.runs import Run, RunStore, SourceRecord
from crawl.article import Article, article_key
from crawl.capture import Capture, Validators
from crawl.errors import ArchiveError
from search.domain.moments import iso

__all__ = ["DATABASE", "Archive", "ArchivedArticle", "ArchivedVersion", "Capture", "Run", "SourceRecord", "Validators"]

_ARTICLE = """
    SELECT a.id, a.key, a.gone, v.version, v.fetched_at, v.article, v.text_sha256, v.crc,
    coalesce(c.sha256, '') AS sha256, (SELECT count(*) FROM versions e WHERE e.key = a.key) AS editions,
    coalesce((SELECT s.many_provinces FROM sources s WHERE s.slug = a.source), 0) AS many_provinces,
    iif(a.gone, coalesce((SELECT min(m.tried_at) FROM misses m WHERE m.key = a.key), ''), '') AS gone_since, a.shown
    FROM permitted a JOIN versions v ON v.key = a.key AND NOT a.withheld LEFT JOIN captures c ON c.id = v.capture
"""


@dataclass(frozen=True, slots=True)
class ArchivedArticle:
    """One version of an article with what the archive knows about it.

    sha256: hex digest of the captured bytes, "" where the article came without any. gone: no longer at its source.
    text_sha256: Article.text_sha256() when it was stored, by which `verify` knows damage.
    digest: hex; another one where anything else here differs. "" for one that was not read from an archive.
    gone_since: when it was first asked for in vain, if it is gone. history: (when fetched, article) of the editions
    before this one, oldest first. many_provinces: its source reports on many provinces. shown: how much of it may be
    shown (crawl/archive/permits.py); article has no more.
    """

    article: Article
    version: int
    fetched_at: str
    sha256: str
    gone: bool
    text_sha256: str = ""
    digest: str = ""
    gone_since: str = ""
    history: tuple[tuple[str, Article], ...] = ()
    many_provinces: bool = False
    shown: str = FULL


@dataclass(frozen=True, slots=True)
class ArchivedVersion:
    """One entry of an article's history."""

    version: int
    fetched_at: str
    sha256: str
    title: str


class Archive(AddressStore, CaptureStore, RunStore, RowStore):
    """Writes archive.db and captures/. Raises ArchiveError where it cannot be used."""

    def store_article(
        self,
        article: Article,
        capture: Capture | None = None,
        *,
        seen_at: str = "",
        verdict: str = "",
        moved: bool = False,
        set_right: bool = False,
        may_come_back: bool = True,
    ) -> str:
        """Keep an article; return "new", "changed" or "unchanged".

        seen_at: ISO 8601 in UTC, for an article without a capture; default now. verdict: why it belongs, for whoever
        reads the WARC file. moved: it stands at another address than before, which makes a version of the same text.
        set_right: the current version is of a clock that was ahead, which is noticed here or told by a journal.
        may_come_back: False where a journal tells of a new version, also for a text that was there before.

        A text that differs from the current version becomes a new version, and the old one stays. Where it was read
        anew from the very same bytes, the reading is corrected in place: the page itself did not change. A capture
        that is older than the current version (from an imported WARC file) adds to the history alone. A text that
        comes back makes the version that it has the current one again; one that comes in turns with it is unchanged.
        """
        with self._writing():
            seen_at = capture.fetched_at if capture else seen_at or now()
            number = capture.id if capture else None
            current = self._db.execute(
                "SELECT a.version, a.last_seen, a.gone, v.fetched_at, v.text_sha256, v.article, c.sha256,"
                " (SELECT max(fetched_at) FROM versions WHERE key = a.key AND version >= a.version) AS latest_at"
                " FROM articles a JOIN versions v ON v.key = a.key AND v.version = a.version"
                " LEFT JOIN captures c ON c.id = v.capture WHERE a.key = ?",
                (article.key,),
            ).fetchone()
            known = current is not None and current["article"] == _to_json(article)
            if (known or comes_in_turns(self._db, article)) and not moved:
                self._note_seen(article.id, seen_at, current)
                return "unchanged"
            told = {"capture": number, "seen_at": seen_at, "verdict": verdict, "article": asdict(article)}
            set_right = set_right or (current is not None and _is_of_the_future(current["latest_at"], seen_at))
            changed = current is not None and current["text_sha256"] != article.text_sha256()
            is_other_page = changed and not (capture is not None and capture.sha256 == current["sha256"])
            is_earlier = is_other_page and not set_right and seen_at < current["latest_at"]
            may_come_back = may_come_back and is_other_page and not (is_earlier or moved)
            before = version_before(self._db, article) if may_come_back else None
            marks = (("moved", moved), ("set_right", set_right), ("came_back", before is not None))
            self._journal("article", told | {name: True for name, is_so in marks if is_so}, article.id)
            if current is None:
                self._db.execute(
                    "INSERT INTO articles (key, id, source, version, first_seen, last_seen) VALUES (?, ?, ?, 1, ?, ?)",
                    (article.key, article.id, article.source, seen_at, seen_at),
                )
                self._insert_version(article, 1, seen_at, capture)
                return "new"
            if is_earlier:
                return self._store_earlier(article, seen_at, capture)
            version = current["version"]
            if before is not None:
                version = before
            elif moved or is_other_page:
                version = self._next_version(article.key)
                self._insert_version(article, version, seen_at, capture)
            else:
                self._db.execute(
                    "UPDATE versions SET text_sha256 = ?, article = ?, crc = ? WHERE key = ? AND version = ?",
                    (
                        article.text_sha256(),
                        _to_json(article),
                        _crc(current["fetched_at"], _to_json(article)),
                        article.key,
                        version,
                    ),
                )
                self._db.execute("INSERT INTO corrections (key, version) VALUES (?, ?)", (article.key, version))
            self._db.execute(
                "UPDATE articles SET source = ?, version = ?, last_seen = max(last_seen, ?), gone = 0 WHERE key = ?",
                (article.source, version, seen_at, article.key),
            )
            self._db.execute("DELETE FROM misses WHERE key = ?", (article.key,))
            return "changed" if changed else "unchanged"

    def touch_article(self, article_id: str, seen_at: str = "") -> None:
        """Note that an article is still at its source as it was (the server answered 304)."""
        seen_at = seen_at or now()
        with self._writing():
            self._journal("seen", {"id": article_id, "seen_at": seen_at}, article_id)
            self._db.execute(
                "UPDATE articles SET last_seen = max(last_seen, ?), gone = 0 WHERE key = ?",
                (seen_at, article_key(article_id)),
            )
            self._db.execute("DELETE FROM misses WHERE key = ?", (article_key(article_id),))

    def _note_seen(self, article_id: str, seen_at: str, current: sqlite3.Row) -> None:
        """Note that an article was read again as it is; nothing is written where nothing of that is news."""
        missed = self._db.execute("SELECT 1 FROM misses WHERE key = ?", (article_key(article_id),)).fetchone()
        if missed or current["gone"] or current["last_seen"] < seen_at:
            self.touch_article(article_id, seen_at)

    def note_missing(self, article_id: str, status: int, tried_at: str = "") -> None:
        """Note that the source says an article does not exist (404, 410, a redirect to the front page).

        An outage is no such answer and is not noted. Whether it is gone: crawl/archive/deletion.py.
        """
        tried_at = tried_at or now()
        with self._writing():
            self._journal("missing", {"id": article_id, "status": status, "tried_at": tried_at}, article_id)
            self._db.execute(
                "INSERT OR REPLACE INTO misses (key, tried_at, status) SELECT key, ?, ? FROM articles WHERE key = ?",
                (tried_at, status, article_key(article_id)),
            )

    def note_left_out(self, capture: Capture, why: str) -> None:
        """Note among the captures why a page that was fetched is not stored; the frontier knows it, too."""
        with self._writing():
            self._journal("left_out", {"capture": capture.id, "why": why}, capture.url)

    def misses(self, source: str) -> dict[str, list[str]]:
        """Return, by key, when each article of a source was asked for in vain since it was last there; oldest first."""
        rows = self._db.execute(
            "SELECT m.key, m.tried_at FROM misses m JOIN articles a ON a.key = m.key"
            " WHERE a.source = ? AND NOT a.gone ORDER BY m.key, m.tried_at",
            (source,),
        )
        found: dict[str, list[str]] = {}
        for key, tried_at in rows:
            found.setdefault(key, []).append(tried_at)
        return found

    def set_gone(self, keys: Iterable[str]) -> None:
        """Mark articles as no longer at their source; they stay, and are searched as before."""
        keys = list(keys)
        if not keys:
            return
        with self._writing():
            self._journal("gone", {"keys": keys})
            self._db.executemany("UPDATE articles SET gone = 1 WHERE key = ?", ((key,) for key in keys))

    def articles(
        self,
        damaged: Callable[[str, Exception], None] | None = None,
        known: Callable[[str, str], bool] | None = None,
        *,
        whole: bool = False,
    ) -> Iterator[ArchivedArticle]:
        """Yield the current version of every article, ordered by id, without holding all of them.

        damaged: told the id and the error of a row that cannot be read, which is then passed over.
        Without it, such a row raises ArchiveError.
        known: asked with the id and the digest of each, in order; one that is known is passed over without being read.
        whole: as they are stored, however much of them may be shown; for whoever compares them with their digests.
        """
        last = ""
        while True:
            rows = self._db.execute(
                f"{_ARTICLE} WHERE v.version = a.version AND a.id > ? ORDER BY a.id LIMIT ?", (last, ROWS_PER_READ)
            ).fetchall()
            for row in rows:
                if known and known(row["id"], _digest(row)):
                    continue
                try:
                    archived = self._with_history(row, whole=whole)
                except (ValueError, TypeError, KeyError) as error:
                    if damaged is None:
                        raise _damaged(row["id"], error) from error
                    damaged(row["id"], error)
                else:
                    yield archived
            if len(rows) < ROWS_PER_READ:
                return
            last = rows[-1]["id"]

    def article(self, key: str, version: int | None = None) -> ArchivedArticle | None:
        """Return an article by its key, in its current or the given version; None where there is no such.

        Raises ArchiveError where its row is damaged.
        """
        row = self._db.execute(
            f"{_ARTICLE} WHERE a.key = ? AND v.version = coalesce(?, a.version)", (key, version)
        ).fetchone()
        try:
            return self._with_history(row) if row else None
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(row["id"], error) from error

    def _with_history(self, row: sqlite3.Row, *, whole: bool = False) -> ArchivedArticle:
        archived = archived_of(row, FULL if whole else row["shown"])
        if row["editions"] < 2:
            return archived
        earlier = self._db.execute(
            "SELECT fetched_at, article, crc FROM versions WHERE key = ? AND fetched_at < ?"
            " ORDER BY fetched_at, version",
            (row["key"], row["fetched_at"]),
        ).fetchall()
        sound = [one for one in earlier if one["crc"] in (None, _crc(one["fetched_at"], one["article"]))]
        return replace(
            archived,
            history=tuple((one["fetched_at"], permitted(_article(one["article"]), archived.shown)) for one in sound),
        )

    def fates_since(self, moment: str) -> set[str]:
        """Return the articles that were changed, or found to be gone, since a moment (ISO 8601)."""
        rows = self._db.execute(
            "SELECT v.key FROM versions v JOIN versions e ON e.key = v.key AND e.fetched_at < v.fetched_at"
            " WHERE v.fetched_at >= ? UNION SELECT m.key FROM misses m JOIN articles a ON a.key = m.key AND a.gone"
            " GROUP BY m.key HAVING max(m.tried_at) >= ?",
            (moment, moment),
        )
        return {row[0] for row in rows}

    def last_fates(self, most: int) -> list[str]:
        """Return the articles that were changed or found to be gone last, the latest first."""
        rows = self._db.execute(
            "SELECT key, max(moment) AS moment FROM (SELECT v.key, v.fetched_at AS moment FROM versions v"
            " WHERE v.version > 1 UNION ALL SELECT m.key, m.tried_at FROM misses m JOIN articles a"
            " ON a.key = m.key AND a.gone) GROUP BY key ORDER BY moment DESC, key LIMIT ?",
            (most,),
        )
        return [row["key"] for row in rows]

    def versions(self, key: str) -> list[ArchivedVersion]:
        """Return the history of an article, oldest first, the current version last; empty without such an article.

        Numbers are given as versions come to light: an imported capture from before may have a higher one.
        """
        order = "v.version = a.version, v.fetched_at, v.version"
        rows = self._db.execute(f"{_ARTICLE} WHERE a.key = ? ORDER BY {order}", (key,)).fetchall()
        return [
            ArchivedVersion(row["version"], row["fetched_at"], row["sha256"], json.loads(row["article"])["title"])
            for row in rows
        ]

    def has_article(self, article_id: str) -> bool:
        key = article_key(article_id)
        return self._db.execute("SELECT 1 FROM articles WHERE key = ?", (key,)).fetchone() is not None

    def withheld_urls(self) -> set[str]:
        """Return the addresses whose captures must not be handed out."""
        rows = self._db.execute(
            "WITH kept AS (SELECT * FROM permitted WHERE withheld OR shown <> 'full') SELECT id FROM kept"
            " UNION SELECT c.url FROM kept a JOIN versions v ON v.key = a.key JOIN captures c ON c.id = v.capture"
            " UNION SELECT d.address FROM kept a JOIN addresses d ON d.id = a.id"
        )
        return {row[0] for row in rows}

    def count(self) -> int:
        """Return the number of articles."""
        return int(self._db.execute("SELECT count(*) FROM articles WHERE NOT withheld").fetchone()[0])

    def position(self) -> int:
        """Return where the archive's record of versions ends now; what is stored later stands beyond."""
        return int(self._db.execute("SELECT coalesce(max(rowid), 0) FROM versions").fetchone()[0])

    def changed_since(self, position: int) -> dict[str, int]:
        """Return the articles with a version beyond position: key → the position of their first version.

        Versions are never deleted, so that their row numbers are the order in which they came, whatever their dates.
        """
        rows = self._db.execute(
            "SELECT changed.key, first.rowid FROM (SELECT DISTINCT key FROM versions WHERE rowid > ?) AS changed"
            " JOIN versions AS first ON first.key = changed.key AND first.version = 1",
            (position,),
        )
        return {key: int(first) for key, first in rows}

    def state(self) -> str:
        """Return what names the archive as it is now: "number:mark" of its last change."""
        last = self._db.execute("SELECT number, mark FROM changes ORDER BY number DESC LIMIT 1").fetchone()
        return f"{last['number']}:{last['mark']}"

    def changed_from(self, state: str, most: int) -> list[str] | None:
        """Return the ids of the articles that came, changed or went since the archive was in a state, in order.

        None where it never was in that state (it is another archive, or a copy from before), or with more than `most`.
        """
        number, _, mark = state.partition(":")
        if not self._db.execute("SELECT 1 FROM changes WHERE number = ? AND mark = ?", (number, mark)).fetchone():
            return None
        rows = self._db.execute(
            "SELECT DISTINCT id FROM changes WHERE number > ? ORDER BY id LIMIT ?", (number, most + 1)
        ).fetchall()
        return [row["id"] for row in rows] if len(rows) <= most else None

    def _store_earlier(self, article: Article, seen_at: str, capture: Capture | None) -> str:
        """Add a version from before the current one; return "changed", or "unchanged" where it is known."""
        known = self._db.execute(
            "SELECT 1 FROM versions WHERE key = ? AND text_sha256 = ?", (article.key, article.text_sha256())
        ).fetchone()
        if known:
            return "unchanged"
        self._insert_version(article, self._next_version(article.key), seen_at, capture)
        self._db.execute("UPDATE articles SET first_seen = min(first_seen, ?) WHERE key = ?", (seen_at, article.key))
        return "changed"

    def _next_version(self, key: str) -> int:
        return int(self._db.execute("SELECT max(version) + 1 FROM versions WHERE key = ?", (key,)).fetchone()[0])

    def _insert_version(self, article: Article, version: int, seen_at: str, capture: Capture | None) -> None:
        self._db.execute(
            "INSERT INTO versions (key, version, fetched_at, text_sha256, capture, article, crc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                article.key,
                version,
                seen_at,
                article.text_sha256(),
                capture.id if capture else None,
                _to_json(article),
                _crc(seen_at, _to_json(article)),
            ),
        )


def _is_of_the_future(fetched_at: str, seen_at: str) -> bool:
    """Tell whether a version bears a time that has not come yet, while a page is seen that was fetched just now."""
    moment = clock.now()
    a_day_ago = iso(moment - timedelta(days=1))
    return fetched_at > iso(moment) >= seen_at > a_day_ago


def _to_json(article: Article) -> str:
    return json.dumps(asdict(article), ensure_ascii=False)


def _damaged(identifier: str, error: Exception) -> ArchiveError:
    return ArchiveError(
        "the row of {page} in archive.db is damaged ({reason}): import or crawl it again",
        code="archive-row-damaged",
        page=identifier,
        reason=str(error),
    )


def _crc(fetched_at: str, article: str) -> int:
    return crc32(f"{fetched_at} {article}".encode("utf-8", "surrogatepass"))


def _digest(row: Mapping[str, Any] | sqlite3.Row) -> str:
    state = f"{row['version']} {row['gone']} {row['fetched_at']} {row['sha256']} {row['text_sha256']} {row['article']}"
    if row["editions"] > 1 or row["gone"]:
        state += f" {row['editions']} {row['gone_since']}"
    state += " many provinces" * bool(row["many_provinces"])
    if row["shown"] != FULL:
        state += f" {row['shown']}"
    return hashlib.blake2b(state.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def archived_of(row: Mapping[str, Any] | sqlite3.Row, shown: str) -> ArchivedArticle:
    """Return what a row says, as much of it as may be shown.

    Raises ValueError (TypeError, KeyError) where it is not what was stored.
    """
    article = _article(row["article"])
    if row["crc"] is not None and row["crc"] != _crc(row["fetched_at"], row["article"]):
        raise ValueError("its text is not the one that was stored")
    return ArchivedArticle(
        article=permitted(article, shown),
        version=row["version"],
        fetched_at=row["fetched_at"],
        sha256=row["sha256"],
        gone=bool(row["gone"]),
        text_sha256=row["text_sha256"],
        digest=_digest(row),
        gone_since=row["gone_since"],
        many_provinces=bool(row["many_provinces"]),
        shown=shown,
    )


def _article(stored_json: str) -> Article:
    return Article.of(json.loads(stored_json))
