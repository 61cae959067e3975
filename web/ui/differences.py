"""What changed between two versions of an article: paragraphs, and within a changed paragraph the words."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal

from crawl.article import Article

LEAST_LIKENESS = 0.5  # paragraphs less alike than this read better as one taken out and one put in


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words within a paragraph, kept, removed or added."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One paragraph of the comparison, old to new."""

    kind: Literal["same", "removed", "added", "changed"]
    pieces: tuple[Piece, ...]


def parts(article: Article) -> list[str]:
    """Return all that a reader sees, in order: title, byline, date, lede, paragraphs, captions."""
    seen = [article.title, article.byline, article.printed_date, article.lede]
    return [part for part in (*seen, *article.body.split("\n\n"), *article.captions) if part.strip()]


def differences(old: Article, new: Article) -> list[ParagraphChange]:
    """Return the paragraphs of both versions in order, with what was removed and added."""
    before, after = parts(old), parts(new)
    changes: list[ParagraphChange] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes += [ParagraphChange("same", (Piece("same", text),)) for text in before[a:b]]
            continue
        pairs = min(b - a, d - c)
        for old_text, new_text in zip(before[a : a + pairs], after[c : c + pairs], strict=True):
            changes += compared(old_text, new_text)
        changes += [ParagraphChange("removed", (Piece("removed", text),)) for text in before[a + pairs : b]]
        changes += [ParagraphChange("added", (Piece("added", text),)) for text in after[c + pairs : d]]
    return changes


def compared(old: str, new: str) -> list[ParagraphChange]:
    """Return two paragraphs as one with marked words, or as two where they have little in common."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < LEAST_LIKENESS:
        return [ParagraphChange("removed", (Piece("removed", old),)), ParagraphChange("added", (Piece("added", new),))]
    pieces: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(after[c:d])))
    return [ParagraphChange("changed", tuple(pieces))]
