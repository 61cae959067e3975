"""How much of a true text was found, and how much else: token F1."""

import re
from collections import Counter

from tests.crawl.sites.sample_article import SampleArticle, as_read


def tokens(text: str) -> list[str]:
    """Return the words of text, NFC and in small letters: what is compared; order and punctuation do not count."""
    return re.findall(r"\w+", as_read(text).lower())


def token_f1(found: str, true: str) -> float:
    """Return the harmonic mean of precision and recall of the words of found against those of true, 0 … 1."""
    one, other = Counter(tokens(found)), Counter(tokens(true))
    common = (one & other).total()
    return 2 * common / (one.total() + other.total()) if common else 0.0


def true_text(article: SampleArticle) -> str:
    """Return what an extractor should find: lede and body; title, captions and byline stand apart."""
    return "\n\n".join([article.lede, *article.paragraphs]).strip()
