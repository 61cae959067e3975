"""placeholder"""

from dataclasses import dataclass

from crawl.article import Article


@dataclass(frozen=True, slots=True)
class Verdict:
    keep: bool
    reason: str


def judge(article: Article) -> Verdict:
    return Verdict(True, "")
