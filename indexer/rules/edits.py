"""What was changed in a page after it was first archived: the words before and after, of title, lede and paragraphs.

What is not the text of the article (byline, date line, captions) does not count, nor do spaces, signs and letter cases.
Whole paragraphs that come or go at the end may be a box of the site, and do not count by themselves.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawl.article import Article

MOST_EDITS = 12  # of a page; what is rewritten is told by its first changes
LONGEST_WORDS = 80  # characters of one side of a change
LEAST_LIKENESS = 0.5  # of two paragraphs that are one, changed; else one went and another came
MOST_WORDS = 4000  # of two paragraphs that are compared word by word
MOST_PARAGRAPHS = 400  # between the first and the last change; of more nothing is told

Edit = tuple[str, str, str]  # ISO day on which it was seen, words before, words after; "" for nothing
_WORD = re.compile(r"\S+")
_CELL = re.compile(r"[\n|]")  # rows of tables were once kept with a line for each cell
_PLAIN = re.compile(r"[^\w%/]+")


def edits_of(editions: Sequence[tuple[str, Article]]) -> tuple[Edit, ...]:
    """Return what was changed from each edition of a page to the next, the latest first.

    editions: (when it was fetched, the article), oldest first.
    """
    found: list[Edit] = []
    for (_, old), (fetched_at, new) in reversed(list(pairwise(editions))):
        found += [(fetched_at[:10], *change) for change in changes(old, new)]
        if len(found) >= MOST_EDITS:
            break
    return tuple(found[:MOST_EDITS])


def changes(old: Article, new: Article) -> list[tuple[str, str]]:
    """Return the words that were changed from an article to the next: (before, after), numbers first."""
    before, after = _parts(old), _parts(new)
    found: list[tuple[str, str]] = []
    plain, other = list(map(_plain, before)), list(map(_plain, after))
    first, last = _alike_at_ends(plain, other)
    plain, other = plain[first : len(plain) - last], other[first : len(other) - last]
    if min(len(plain), len(other)) > MOST_PARAGRAPHS:
        return []
    matcher = difflib.SequenceMatcher(None, plain, other, autojunk=False)
    for kind, *bounds in matcher.get_opcodes():
        if kind == "equal":
            continue
        a, b, c, d = (bound + first for bound in bounds)
        is_end = b == len(before) and d == len(after)
        found += _between(before[a:b], after[c:d], is_end)
    return sorted(found, key=lambda change: not any(map(str.isdigit, "".join(change))))


def _parts(article: Article) -> list[str]:
    parts = [article.title, article.lede, *_CELL.split(article.body)]
    return [unicodedata.normalize("NFC", " ".join(part.split())) for part in parts if _plain(part)]


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", unicodedata.normalize("NFC", text).casefold()).strip()


def _between(before: Sequence[str], after: Sequence[str], is_end: bool) -> Iterator[tuple[str, str]]:
    """Yield the changes of a stretch of paragraphs, each compared with the one in its place if they are alike."""
    paired = min(len(before), len(after))
    for old, new in zip(before[:paired], after[:paired], strict=True):
        alike = list(_words_changed(old, new))
        if alike:
            yield from alike
        elif not is_end:
            yield _short(old), _short(new)
    if not is_end:
        yield from ((_short(old), "") for old in before[paired:])
        yield from (("", _short(new)) for new in after[paired:])


def _words_changed(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield the words of one paragraph that were changed; nothing where the two have too little in common."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return
    plain, other = list(map(_plain, before)), list(map(_plain, after))
    first, last = _alike_at_ends(plain, other)
    matcher = difflib.SequenceMatcher(
        None, plain[first : len(plain) - last], other[first : len(other) - last], autojunk=False
    )
    alike = first + last + sum(block.size for block in matcher.get_matching_blocks())
    if 2 * alike < LEAST_LIKENESS * (len(before) + len(after)):
        return
    for kind, *bounds in matcher.get_opcodes():
        a, b, c, d = (bound + first for bound in bounds)
        if kind != "equal" and _plain(" ".join(before[a:b])) != _plain(" ".join(after[c:d])):
            yield _short(" ".join(before[a:b])), _short(" ".join(after[c:d]))


def _alike_at_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many are the same at the beginning, and of the others at the end: difflib takes quadratic time."""
    most = min(len(before), len(after))
    first = next((place for place in range(most) if before[place] != after[place]), most)
    most -= first
    return first, next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)


def _short(words: str) -> str:
    words = words.strip(" ,.;:")
    return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rsplit(" ", 1)[0] + "…"
