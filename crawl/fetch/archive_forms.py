"""Archives whose months are chosen in a form: "Xem tin theo tháng", a choice of months and one of years."""

import re
from collections.abc import Iterator

from lxml import html

from crawl.fetch.link_shapes import Link, tells_time
from crawl.fetch.page_forms import PageForms
from crawl.registry.canonical import absolute_url

MOST_MONTHS = 240  # of twenty years; those that name nothing end the archive sooner (list_following.py)
MONTHS = 12
LONGEST = 4  # digits of a year

_YEAR = re.compile(r"(?:19|20)\d\d")


def archive_months(root: html.HtmlElement, base: str, forms: PageForms) -> list[Link]:
    """Return the months that forms of a page offer as links, the newest first. base: what its links are relative to."""
    found = [
        Link(absolute_url(base, forms.sent(form, chosen).address), text)
        for form in root.iter("form")
        if form.method == "GET"
        for text, chosen in _months(form)
    ]
    return [link for link in found if link.url][:MOST_MONTHS]


def _months(form: html.HtmlElement) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield what a form sends for each month, where nothing but a month and a year are to be chosen."""
    choices = {str(select.get("name", "")): _offered(select) for select in form.iter("select")}
    if len(choices) != 2 or not all(tells_time(name) for name in choices):
        return
    year, month = sorted(choices, key=lambda name: -max(choices[name], default=0))
    if sorted(choices[month]) != list(range(1, MONTHS + 1)):
        return
    years = [number for number in choices[year] if _YEAR.fullmatch(str(number))]
    for at in sorted(years, reverse=True):
        for number in range(MONTHS, 0, -1):
            yield f"Tháng {number}/{at}", ((month, choices[month][number]), (year, choices[year][at]))


def _offered(select: html.HtmlElement) -> dict[int, str]:
    """Return the numbers that a choice offers, each with the value that is sent for it."""
    values = (str(option.get("value", option.text_content())).strip() for option in select.iter("option"))
    return {int(value): value for value in values if value.isdecimal() and len(value) <= LONGEST}
