"""Articles that no link names, but a program that reads the data of the card that is pressed."""

from pathlib import Path

import pytest

from tests.crawl.fetch.discovered import HOST, TITLE, found_on
from tests.crawl.sites.small_site import Answer, article, small_site

CARDS = "".join(
    f'<div class="the tin" data-ma-tin="hop-{n}"><img src="/a{n}.jpg"><h3>{TITLE.format(n)}</h3><p>Sáng nay</p></div>'
    for n in (1, 2, 3)
)
GOES = [
    "$('.tin').click(function () { location.href = '/tin/' + $(this).data('ma-tin') + '.html'; })",
    "$(document).on('click', '#ds .tin', function () { var a = $(this).attr('data-ma-tin');"
    " window.location = '/tin/' + a + '.html' })",
    'document.querySelectorAll("div.tin").forEach(o => o.addEventListener("click", () => {'
    " window.location.href = `/tin/${o.dataset.maTin}.html`; }))",
]


def articles(body: str) -> list[str]:
    return sorted(url.removeprefix(HOST) for url in found_on(body).articles)


@pytest.mark.parametrize("program", GOES)
def test_cards_lead_where_a_program_goes_with_their_data(program: str) -> None:
    assert articles(f"{CARDS}<script>{program}</script>") == [f"/tin/hop-{n}.html" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "program",
    [
        "$('.tin').click(function () { location.href = root() + $(this).data('ma-tin'); })",  # what else stands unknown
        "$('.khac').click(function () { location.href = '/tin/' + $(this).data('ma-tin'); })",  # other parts
        "$('.tin').click(function () { location.href = '/tin/' + $(this).data('so'); })",  # data that no card has
        "$('.tin').click(function () { $.post('/xem/' + $(this).data('ma-tin')); })",  # goes nowhere
    ],
)
def test_cards_whose_program_does_something_else_lead_nowhere(program: str) -> None:
    assert articles(f"{CARDS}<script>{program}</script>") == []


def test_what_is_pressed_without_a_title_is_no_card() -> None:
    likes = "".join(f'<b class="tin" data-ma-tin="{n}">Thích</b>' for n in (1, 2, 3))
    assert articles(f"{likes}<script>{GOES[0]}</script>") == []


def test_articles_of_pressed_cards_are_fetched(tmp_path: Path) -> None:
    pages: dict[str, Answer] = {"/": (200, {}, f"{CARDS}<script>{GOES[0]}</script>")}
    pages |= {f"/tin/hop-{n}.html": article(n) for n in (1, 2, 3)}
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 3
        assert len(site.asked) < 12, site.paths()
