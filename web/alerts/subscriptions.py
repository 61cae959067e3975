"""Who asked to be told of what: subscriptions.db in the data directory, made when the first one asks.

A page moves through three states for a subscription: FOUND (to be told), GIVEN (just being handed to the mail server or
the program) and TOLD. Each step is a transaction of its own, so that a process may be killed at any moment: what was
found is told in the next round, what was given is not told twice.
"""

import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from crawl.archive.migration import BEFORE, check_version
from search.domain.moments import iso
from search.errors import SearchError
from web.alerts.destinations import mailbox_of
from web.alerts.schema import FOUND, GIVEN, MIGRATIONS, TOLD, WHOLE_PAGE, WHOLE_SUBSCRIPTION

DATABASE = "subscriptions.db"
KINDS = ("mail", "webhook")
RHYTHMS = ("immediate", "daily", "weekly")
PENDING, CONFIRMED, OFF = "pending", "confirmed", "off"
CONFIRM_WITHIN = timedelta(days=7)
MOST_PENDING = 3  # for one mailbox: nobody can have a stranger's mailbox flooded with our letters
MOST_OF_ONE_MAILBOX = 20
MOST_PENDING_OF_ONE_NETWORK = 30  # an office of readers; who asks for strangers is stopped here
MOST_PENDING_IN_ALL = 5_000  # bounds the file, whoever fills in the form
BUSY_TIMEOUT_SECONDS = 30.0


class SubscriptionsUnusable(SearchError):
    """subscriptions.db cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One saved search of one address.

    query: a query string as in the addresses of result pages. created, confirmed, last_told, refused: ISO times in UTC,
    "" for never. since: the position in the archive (Archive.position) beyond which a page is new to the subscriber.
    refusals: on how many days in a row the receiver refused; refused: when last.
    """

    id: str
    kind: str
    address: str
    query: str
    rhythm: str
    language: str
    state: str
    created: str
    confirmed: str
    last_told: str
    since: int
    refusals: int
    refused: str


_COLUMNS = ", ".join(column.name for column in fields(Subscription))
_SOUND_SUBSCRIPTION = f"checksum IS row_checksum({WHOLE_SUBSCRIPTION})"
_SOUND_PAGE = f"checksum IS row_checksum({WHOLE_PAGE})"


class Subscriptions:
    """An open subscriptions.db. Raises SubscriptionsUnusable where it cannot be used."""

    def __init__(self, data_dir: Path) -> None:
        path = self._path = Path(data_dir) / DATABASE
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # addresses are nobody else's business
            self._db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.create_function("row_checksum", -1, row_checksum, deterministic=True)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten
            version = check_version(self._db, path, len(MIGRATIONS), SubscriptionsUnusable)
            if version < len(MIGRATIONS):
                self._migrate()
                if version:  # whoever ends an alert is forgotten: no copy may remember him
                    path.with_name(f"{path.name}{BEFORE}{version}").unlink(missing_ok=True)
        except (OSError, sqlite3.Error) as error:
            raise SubscriptionsUnusable(f"{path} cannot be used ({error}): see that this user may write it") from None

    @staticmethod
    def exist(data_dir: Path) -> bool:
        return (Path(data_dir) / DATABASE).exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()
        if type(error) is sqlite3.DatabaseError:  # damaged; a full disk, or a lock, is told as such
            raise SubscriptionsUnusable(f"{self._path} is damaged ({error}): bring back a backup of it") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _migrate(self) -> None:
        with self._writing():
            for number in range(self._version(), len(MIGRATIONS)):
                for statement in _statements(MIGRATIONS[number]):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    # Asking, confirming, ending

    def ask(
        self, kind: str, address: str, query: str, rhythm: str, language: str, now: datetime, network: str = ""
    ) -> Subscription | None:
        """Note a wish that waits for its confirmation; None where the mailbox has enough that wait, or enough at all.

        network: whom the wish came from ("203.0.113.0/24"), kept until it is confirmed; a network whose wishes are not
        confirmed gets None, too. Where the file is full, the oldest wish of the network with the most makes room.
        """
        mailbox = mailbox_of(address) if kind == "mail" else address
        identifier = secrets.token_urlsafe(12)
        with self._writing():
            self._expire(now)
            [in_all] = self._db.execute("SELECT count(*) FROM subscriptions WHERE state = ?", (PENDING,)).fetchone()
            waiting, every = self._db.execute(
                "SELECT count(*) FILTER (WHERE state = ?), count(*) FROM subscriptions WHERE mailbox = ?",
                (PENDING, mailbox),
            ).fetchone()
            [of_network] = self._db.execute(
                "SELECT count(*) FROM subscriptions WHERE state = ? AND network = ? AND network <> ''",
                (PENDING, network),
            ).fetchone()
            if waiting >= MOST_PENDING or every >= MOST_OF_ONE_MAILBOX or of_network >= MOST_PENDING_OF_ONE_NETWORK:
                return None
            if in_all >= MOST_PENDING_IN_ALL:
                self._make_room()
            self._db.execute(
                "INSERT INTO subscriptions"
                " (id, kind, address, query, rhythm, language, state, created, mailbox, network)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (identifier, kind, address, query, rhythm, language, PENDING, iso(now), mailbox, network),
            )
        return self.get(identifier)

    def get(self, identifier: str) -> Subscription | None:
        return next(self._rows("WHERE id = ?", identifier), None)

    def confirm(self, identifier: str, now: datetime, since: int, known: Mapping[str, int]) -> Subscription | None:
        """Begin to tell; return the subscription, None where nothing waits under this id (any more).

        since: position in the archive. known: pages beyond it that can be found already, with their positions: they are
        not news. Who has confirmed the same search before keeps that subscription, in the new rhythm and language.
        """
        with self._writing():
            self._expire(now)
            asked = self.get(identifier)
            if asked is None or asked.state != PENDING:
                return asked if asked is not None and asked.state == CONFIRMED else None
            same = (asked.kind, asked.address, asked.query, CONFIRMED)
            held = next(self._rows("WHERE kind = ? AND address = ? AND query = ? AND state = ?", *same), None)
            if held is not None:
                self._db.execute(
                    "UPDATE subscriptions SET rhythm = ?, language = ? WHERE id = ?",
                    (asked.rhythm, asked.language, held.id),
                )
                self._db.execute("DELETE FROM subscriptions WHERE id = ?", (identifier,))
                return self.get(held.id)
            self._db.execute(
                "UPDATE subscriptions SET state = ?, confirmed = ?, since = ?, network = '' WHERE id = ?",
                (CONFIRMED, iso(now), since, identifier),
            )
            self._note_pages(identifier, known, TOLD)
            return self.get(identifier)

    def remove(self, identifier: str) -> bool:
        """Delete all that is known of a subscription; return whether there was one."""
        with self._writing():
            return self._db.execute("DELETE FROM subscriptions WHERE id = ?", (identifier,)).rowcount > 0

    def switch_off(self, identifier: str) -> None:
        """Forget whom and what a subscription was for; that there was one is still counted."""
        with self._writing():
            self._db.execute(
                "UPDATE subscriptions SET state = ?, address = '', mailbox = '', query = '' WHERE id = ?",
                (OFF, identifier),
            )
            self._db.execute("DELETE FROM pages WHERE subscription = ?", (identifier,))

    def confirmed(self) -> list[Subscription]:
        return list(self._rows("WHERE state = ? ORDER BY confirmed, id", CONFIRMED))

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Return how many subscriptions there are by state, kind and rhythm."""
        rows = self._db.execute(
            "SELECT state, kind, rhythm, count(*) FROM subscriptions GROUP BY state, kind, rhythm"
            " ORDER BY state, kind, rhythm"
        )
        return {(state, kind, rhythm): count for state, kind, rhythm, count in rows}

    # What is new for whom

    def position(self) -> int | None:
        """Return up to where in the archive all pages were looked at; None before the first round."""
        row = self._db.execute("SELECT position FROM progress").fetchone()
        return row[0] if row else None

    def begin_at(self, position: int) -> None:
        """Set the position where there is none yet."""
        with self._writing():
            self._db.execute("INSERT INTO progress SELECT ? WHERE NOT EXISTS (SELECT * FROM progress)", (position,))

    def begin_anew_at(self, position: int) -> None:
        """Take an archive other than before as it is: its positions mean other pages, and nothing in it is news."""
        with self._writing():
            self._db.execute(f"UPDATE subscriptions SET since = ? WHERE {_SOUND_SUBSCRIPTION}", (position,))
            self._db.execute("DELETE FROM not_indexed")
            self._db.execute("DELETE FROM progress")
            self._db.execute("INSERT INTO progress VALUES (?)", (position,))

    def not_indexed(self) -> dict[str, int]:
        """Return the pages that were in the archive and not in the index in the last round: key → position."""
        return {row["key"]: row["entered"] for row in self._db.execute("SELECT key, entered FROM not_indexed")}

    def known_pages(self, identifier: str) -> set[str]:
        rows = self._db.execute("SELECT key FROM pages WHERE subscription = ?", (identifier,))
        return {row["key"] for row in rows}

    def note_round(
        self,
        position: int,
        found: Mapping[str, Mapping[str, int]],
        not_indexed: Mapping[str, int],
        now: datetime,
        patience: timedelta,
    ) -> None:
        """Note what a round of looking found, in one transaction.

        found: id of a subscription → keys with their positions. not_indexed: pages to look for again, for so long.
        """
        with self._writing():
            self._expire(now)
            for identifier, pages in found.items():
                if self.get(identifier) is not None:  # it may have been ended meanwhile
                    self._note_pages(identifier, pages, FOUND)
            kept = {row["key"]: row["noted"] for row in self._db.execute("SELECT key, noted FROM not_indexed")}
            rows = [(key, entered, kept.get(key, iso(now))) for key, entered in not_indexed.items()]
            self._db.execute("DELETE FROM not_indexed")
            self._db.executemany(
                "INSERT INTO not_indexed VALUES (?, ?, ?)", (row for row in rows if row[2] > iso(now - patience))
            )
            self._db.execute("DELETE FROM progress")
            self._db.execute("INSERT INTO progress VALUES (?)", (position,))

    # Telling

    def to_tell(self, identifier: str) -> list[str]:
        """Return the keys of the pages found and not told, the last that came first."""
        rows = self._db.execute(
            f"SELECT key FROM pages WHERE subscription = ? AND state = ? AND {_SOUND_PAGE} ORDER BY entered DESC, key",
            (identifier, FOUND),
        )
        return [row["key"] for row in rows]

    def give(self, identifier: str, keys: Iterable[str]) -> bool:
        """Note that pages are being handed over; return whether the subscription is still wanted."""
        with self._writing():
            asked = self.get(identifier)
            self._set_state(identifier, keys, GIVEN)
            return asked is not None and asked.state == CONFIRMED

    def take_back(self, identifier: str, keys: Iterable[str]) -> None:
        """Note that the receiver has not taken the pages: they are told in the next round."""
        with self._writing():
            self._set_state(identifier, keys, FOUND)

    def note_told(self, identifier: str, keys: Iterable[str], now: datetime) -> None:
        with self._writing():
            self._set_state(identifier, keys, TOLD)
            self._db.execute(
                "UPDATE subscriptions SET last_told = ?, refusals = 0, refused = '' WHERE id = ?",
                (iso(now), identifier),
            )

    def drop(self, identifier: str, keys: Iterable[str]) -> None:
        """Note that pages need not be told: they are gone, or no longer about what is searched for."""
        with self._writing():
            self._set_state(identifier, keys, TOLD)

    def note_refused(self, identifier: str, now: datetime, another_day: bool) -> int:
        """Note a refusal; return on how many days there were some, without one success between."""
        with self._writing():
            self._db.execute(
                "UPDATE subscriptions SET refusals = refusals + ?, refused = ? WHERE id = ?",
                (int(another_day), iso(now), identifier),
            )
        held = self.get(identifier)
        return held.refusals if held else 0

    def settle(self) -> int:
        """Count what a killed process was handing over as told; return how many pages that are."""
        with self._writing():
            settled = f"UPDATE pages SET state = ? WHERE state = ? AND {_SOUND_PAGE}"
            return self._db.execute(settled, (TOLD, GIVEN)).rowcount

    def _note_pages(self, identifier: str, pages: Mapping[str, int], state: int) -> None:
        self._db.executemany(
            f"INSERT OR IGNORE INTO pages ({WHOLE_PAGE}) VALUES (?, ?, ?, ?)",
            ((identifier, key, entered, state) for key, entered in pages.items()),
        )

    def _set_state(self, identifier: str, keys: Iterable[str], state: int) -> None:
        self._db.executemany(
            "UPDATE pages SET state = ? WHERE subscription = ? AND key = ?", ((state, identifier, key) for key in keys)
        )

    def _make_room(self) -> None:
        """Drop the oldest wish of the network that has the most: whoever fills the file displaces himself."""
        self._db.execute(
            "DELETE FROM subscriptions WHERE id = (SELECT id FROM subscriptions WHERE state = ? AND network ="
            " (SELECT network FROM subscriptions WHERE state = ? GROUP BY network ORDER BY count(*) DESC LIMIT 1)"
            " ORDER BY created LIMIT 1)",
            (PENDING, PENDING),
        )

    def _expire(self, now: datetime) -> None:
        self._db.execute(
            "DELETE FROM subscriptions WHERE state = ? AND created <= ?", (PENDING, iso(now - CONFIRM_WITHIN))
        )

    def damaged(self) -> int:
        """Return how many rows are not what was written, which are left out everywhere, and one where some may lack."""
        sounds = (("subscriptions", _SOUND_SUBSCRIPTION), ("pages", _SOUND_PAGE))
        counts = [self._db.execute(f"SELECT count(*) FROM {table} WHERE NOT {sound}") for table, sound in sounds]
        is_whole = self._db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"  # else rows may lack
        return sum(int(rows.fetchone()[0]) for rows in counts) + (not is_whole)

    def _rows(self, condition: str, *values: str) -> Iterator[Subscription]:
        """Yield the rows that are what was written. A changed address would have a stranger told."""
        asked = f"SELECT {_COLUMNS}, {_SOUND_SUBSCRIPTION} FROM subscriptions {condition}"
        for *columns, is_sound in self._db.execute(asked, values):
            if is_sound:
                yield Subscription(*columns)


def row_checksum(*values: object) -> int:
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))


def _statements(text: str) -> Iterator[str]:
    """Yield the statements of a migration; those of a trigger belong to it."""
    statement = ""
    for piece in text.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
