"""What became of a page at its source, in words: "đã sửa, thấy ngày 12/7/2024: 51% → 48,5%"."""

from search.document import Document
from search.domain import fates
from web.ui.labels import date_in_words
from web.ui.language import current_language, translated

MOST_BESIDE_A_RESULT = 2  # changes; the page tells all


def fate_label(key: str) -> str:
    return fates.labels(current_language()).get(key, key)


def edit_in_words(before: str, after: str) -> str:
    """Return one change: what was replaced, added or left out."""
    if before and after:
        return f"{before} → {after}"
    return translated("thêm “{words}”", words=after) if after else translated("bỏ “{words}”", words=before)


def edited_in_words(document: Document, most: int) -> str:
    """Return the last changes of a page with the day on which they were seen; "" where there are none."""
    if not document.edits:
        return ""
    last = [(before, after) for day, before, after in document.edits if day == document.edits[0][0]]
    told = "; ".join(edit_in_words(*change) for change in last[:most])
    more = translated("và {count} chỗ nữa", count=len(last) - most) if len(last) > most else ""
    seen = translated("đã sửa, thấy ngày {day}", day=date_in_words(document.edits[0][0]))
    return f"{seen}: {'; '.join(filter(None, (told, more)))}"


def gone_in_words(document: Document) -> str:
    """Return since when a page is no longer at its source; "" while it is."""
    return translated("đã gỡ khỏi nguồn, thấy từ {day}", day=date_in_words(document.gone)) if document.gone else ""
