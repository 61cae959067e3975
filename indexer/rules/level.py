"""The level of the meeting that a page reports, with the printed words that say so."""

from indexer.page import Page
from indexer.rules.meetings import ReportedMeeting
from search.domain import levels

_OF_UNITS = {"huyện": "district", "thị xã": "district", "quận": "district", "xã": "commune", "phường": "commune"}


def level_of(page: Page, meeting: ReportedMeeting, source_province: str) -> tuple[str, str]:
    """Return (key of the level, printed words); ("", "") where nothing tells.

    A body of a smaller unit is of its level. A meeting that names no body, in a source of one province, is its own.
    """
    for unit, key in _OF_UNITS.items():
        if meeting.organ.startswith(unit):
            return key, meeting.organ
    found = levels.level_of(page.title.low, page.body.low)
    if found.key:
        return found.key, page.whole.text[found.start : found.start + len(found.words)]
    if meeting.kind and source_province:
        return levels.PROVINCE, ""
    return "", ""
