"""The address of a reader's list: `bai` for each article or passage, `ghi` for the notes in the same order.

    /danh-sach?bai=0123456789abcdef&bai=0123456789abcdef@2.120-180&ghi=&ghi=for+chapter+3

@2.120-180 is a passage: version, first and last offset in the text that the page of that version shows.
"""

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from search.errors import BadRequest
from web.http.parameters import check_names, encode

MOST_ITEMS = 100
LONGEST_NOTE = 500  # characters
_ITEM = re.compile(r"([0-9a-zA-Z_-]{1,40})(?:@([0-9]{1,6})[.]([0-9]{1,8})-([0-9]{1,8}))?")


@dataclass(frozen=True, slots=True)
class ListItem:
    """key: of an article. passage: (version, start, end), None for the article as a whole."""

    key: str
    passage: tuple[int, int, int] | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """Return the item as it stands in an address."""
        if self.passage is None:
            return self.key
        version, start, end = self.passage
        return f"{self.key}@{version}.{start}-{end}"


def list_link(items: tuple[ListItem, ...]) -> str:
    """Return the query string of a list; without notes there are none in it."""
    pairs = [("bai", item.name) for item in items]
    if any(item.note for item in items):
        pairs += [("ghi", item.note) for item in items]
    return encode(pairs)


def read_list(arguments: MultiDict[str, str]) -> tuple[ListItem, ...]:
    """Return the items of a list in order, each once. Raises BadRequest."""
    check_names(arguments, ("bai", "ghi", "lang"))
    names, notes = arguments.getlist("bai"), arguments.getlist("ghi")
    if len(names) > MOST_ITEMS:
        raise BadRequest(
            "a list of {count} items: expected at most {most}",
            "bai",
            code="list-too-long",
            count=len(names),
            most=MOST_ITEMS,
        )
    if notes and len(notes) != len(names):
        raise BadRequest(
            "{notes} notes for {count} items: expected one for each, or none",
            "ghi",
            code="notes-of-other-number",
            notes=len(notes),
            count=len(names),
        )
    items: dict[str, ListItem] = {}
    for name, note in zip(names, notes or [""] * len(names), strict=True):
        item = _read(name, note.strip())
        items.setdefault(item.name, item)
    return tuple(items.values())


def _read(name: str, note: str) -> ListItem:
    found = _ITEM.fullmatch(name)
    numbers = tuple(map(int, found.groups()[1:])) if found and found[2] else None
    if not found or (numbers and not numbers[1] < numbers[2]):
        raise BadRequest(
            'bai "{value}": expected the key of an article, or a passage such as 0123456789abcdef@1.120-180',
            "bai",
            code="not-an-item",
            value=name[:60],
        )
    if len(note) > LONGEST_NOTE:
        raise BadRequest(
            "a note has {count} characters: expected at most {most}",
            "ghi",
            code="note-too-long",
            count=len(note),
            most=LONGEST_NOTE,
        )
    return ListItem(found[1], (numbers[0], numbers[1], numbers[2]) if numbers else None, note)
