"""How far what was read from the pages of a site can be trusted, told from the pages together."""

from collections import Counter
from dataclasses import dataclass

from crawl.article import Article
from crawl.extraction.line_key import line_key
from crawl.trial.visit import Trial
from search.domain import date_hints

SHORT_BODY_CHARACTERS = 400
REPEATED_CHARACTERS = 15  # a shorter line ("Kết luận") may stand in two articles


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to trust a reading. part: "title", "date" or "body"; weight: 2 for a fault, 1 for a doubt."""

    part: str
    why: str
    weight: int


def doubts(trial: Trial) -> list[Doubt]:
    """Return what speaks against the readings of a site; none where all of it looks right."""
    articles = [page.article for page in trial.read if page.article]
    found: list[Doubt] = []
    if len(articles) < 2:
        found.append(Doubt("body", f"{len(articles)} pages could be read: too few to compare", 1))
    titles = Counter(article.title for article in articles)
    if titles and titles.most_common(1)[0][1] > 1:
        found.append(Doubt("title", f"two articles have the title “{titles.most_common(1)[0][0][:80]}”", 2))
    for line in repeated_lines(articles)[:3]:
        found.append(Doubt("body", f"“{line[:80]}” stands in several articles: part of the site", 2))
    for article in articles:
        if not article.printed_date:
            hint = next(iter(date_hints.ordered(article.hints)), None)
            if hint is None:
                found.append(Doubt("date", f"{article.url}: no date at all", 2))
            elif hint[0] not in ("meta", "feed"):
                found.append(Doubt("date", f"{article.url}: no printed date, only the one of “{hint[0]}”", 1))
        if len(article.lede) + len(article.body) < SHORT_BODY_CHARACTERS:
            found.append(Doubt("body", f"{article.url}: only {len(article.lede) + len(article.body)} characters", 1))
    return found


def repeated_lines(articles: list[Article]) -> list[str]:
    """Return the lines that stand in the texts of two articles or more: no report repeats another's sentence."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({line_key(line) for line in article.body.splitlines() if len(line) >= REPEATED_CHARACTERS})
    return [line for line, count in counts.items() if count > 1]


def grade(found: list[Doubt]) -> str:
    """Return "high", "medium" or "low"."""
    if any(doubt.weight > 1 for doubt in found):
        return "low"
    return "medium" if found else "high"
