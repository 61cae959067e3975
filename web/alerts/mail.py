"""The letters: one that asks for confirmation, one that tells of new pages. Plain text and HTML, in UTF-8."""

from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader

from search.document import Document, Results
from search.figures.statements import Statement
from search.figures.store import FigureStore
from web.alerts import followed_figures
from web.alerts.letter_text import one_line, plain, sendable
from web.alerts.links import Links
from web.alerts.saved_search import saved_search
from web.alerts.settings import Settings
from web.alerts.subscriptions import CONFIRM_WITHIN, Subscription
from web.ui import labels
from web.ui.fates import MOST_BESIDE_A_RESULT, edited_in_words, gone_in_words
from web.ui.figure_words import figure_kind, note_in_words, period_in_words, place_in_words, value_in_words
from web.ui.language import current_language, speaking, translated
from web.ui.templating import marked

TEMPLATES = Path(__file__).parents[1] / "templates"
FORMS = ("txt", "html")
LONGEST_ENCODED_WORD = 75  # RFC 2047
LONGEST_SUBJECT = 150  # characters; lists of letters show fewer still


class Letters:
    """Writes letters in the language of each subscription. source_names: slug → name."""

    def __init__(self, settings: Settings, source_names: dict[str, str] | None = None) -> None:
        self._settings = settings
        self._links = Links(settings)
        self._source_names = source_names or {}

    def confirmation(self, asked: Subscription, now: datetime) -> EmailMessage:
        """Return the letter that asks whether its receiver wants to be told.

        Anyone can ask for any mailbox, so nothing that the asker wrote stands in it: the search is on its page.
        """
        with speaking(asked.language):
            subject = translated("Xác nhận theo dõi trên hoinghi")
            return self._letter(
                asked,
                subject,
                "confirmation",
                now,
                confirm=self._links.confirm(asked.id),
                days=CONFIRM_WITHIN.days,
            )

    def digest(self, told: Subscription, results: Results, count: int, now: datetime) -> EmailMessage:
        """Return the letter that tells of new pages. results: those shown; count: how many there are in all."""
        with speaking(told.language):
            news = self._news(told, count)
            subject = f"{news} · {results.understood.rstrip('.')}"
            leave = self._links.unsubscribe(told.id)
            letter = self._letter(
                told, subject, "digest", now, results=results, count=count, news=news, leave=leave, rhythm=told.rhythm
            )
        return self._ending(letter, leave)

    def figures(
        self, told: Subscription, figures: Sequence[Statement], count: int, store: FigureStore, now: datetime
    ) -> EmailMessage:
        """Return the letter that tells of new figures of an indicator. count: how many there are in all."""
        with speaking(told.language):
            news = translated("{count} số liệu mới", count=labels.number(count))
            understood = followed_figures.in_words(followed_figures.read_query(told.query), store)
            leave, page = self._links.unsubscribe(told.id), self._links.figures(told.query)
            subject = f"{news} · {understood}"
            values = {"figures": figures, "count": count, "news": news, "understood": understood, "page": page}
            return self._ending(self._letter(told, subject, "figures", now, leave=leave, **values), leave)

    def _ending(self, letter: EmailMessage, leave: str) -> EmailMessage:
        """Return a letter with what mail programs need to end its alert."""
        letter["List-Unsubscribe"] = f"<{leave}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: a button of the mail program
        letter["List-Id"] = f"hoinghi <theo-doi.{self._settings.host}>"
        return letter

    def _letter(self, to: Subscription, subject: str, template: str, now: datetime, **values: Any) -> EmailMessage:
        letter = EmailMessage(policy=POLICY)
        letter["Subject"] = one_line(subject, LONGEST_SUBJECT)
        letter["From"] = Address("hoinghi", addr_spec=self._settings.sender)
        letter["To"] = Address(addr_spec=to.address)
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = make_msgid(domain=self._settings.host)
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody is on holiday for us
        values |= {
            "search": self._links.search(to.query),
            "newest": self._links.search(f"{to.query}&sort=newest"),
            "article": self._links.article,
            "facts": self._facts,
            "language": current_language(),
        }
        bodies = (sendable(templates().get_template(f"mail_{template}.{form}").render(values)) for form in FORMS)
        letter.set_content(next(bodies), cte="quoted-printable")
        letter.add_alternative(next(bodies), subtype="html", cte="quoted-printable")
        return letter

    def _news(self, told: Subscription, count: int) -> str:
        """Return how many pages are told of, and why: they are new, or were changed or taken down."""
        if saved_search(told.query).filters.fates:
            return translated("{count} bài đã sửa hay đã gỡ", count=labels.number(count))
        return translated("{count} bài mới", count=labels.number(count))

    def _facts(self, document: Document) -> str:
        """Return day, province and source in one line: "họp 5/7/2023 · Bắc Giang → Bắc Ninh · Báo Mẫu"."""
        then, today = document.province_then, document.province_now
        place = labels.province_label(then or today) if then or today else ""
        if then and today not in ("", then):
            place += f" → {labels.province_label(today)}"
        day = ""
        if document.held:
            day = f"{translated('họp')} {labels.date_in_words(document.held)}"
        elif document.published:
            day = f"{translated('đăng')} {labels.date_in_words(document.published)}"
        source = self._source_names.get(document.source, document.source)
        became = (edited_in_words(document, MOST_BESIDE_A_RESULT), gone_in_words(document))
        return " · ".join(one_line(part) for part in (day, place, source, *became) if part)


class InWords(UniqueUnstructuredHeader):
    """A header in any language. The newer way of Python 3.11 to fold one loses spaces between its encoded words."""

    name: ClassVar[str]

    def fold(self, *, policy: Policy) -> str:
        text = str(self)
        charset = "us-ascii" if text.isascii() else "utf-8"
        header = Header(text, charset, maxlinelen=LONGEST_ENCODED_WORD, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


class OnOneLine(UniqueUnstructuredHeader):
    """A header that is not folded: mail programs do not find an address that is broken up or encoded."""

    name: ClassVar[str]

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _header_kinds() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name, kind in (("subject", InWords), ("list-unsubscribe", OnOneLine)):
        registry.map_to_type(name, kind)  # type: ignore[arg-type]  # the registry mixes BaseHeader in
    return registry


POLICY = SMTP.clone(header_factory=_header_kinds())


@cache
def templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"_": translated, "date_in_words": labels.date_in_words}
    for function in (figure_kind, note_in_words, period_in_words, place_in_words, value_in_words):
        environment.globals[function.__name__] = function
    environment.filters |= {"number": labels.number, "marked": marked, "plain": plain, "one_line": one_line}
    return environment
