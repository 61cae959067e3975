import re
import string
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web.http import errors
from web.ui.language import english

WEB = Path(__file__).parents[3] / "web"
CALL = re.compile(r"""(?:\b_|\btranslated)\(\s*(?:'([^']+)'|"([^"]+)")""")


def texts() -> set[str]:
    files = [*WEB.glob("templates/*"), *WEB.rglob("*.py")]
    found = {one or other for file in files for one, other in CALL.findall(file.read_text(encoding="utf-8"))}
    return found | set(errors.MESSAGES.values())


def forms(entry: str | dict[str, str]) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_its_english_and_none_is_left_over() -> None:
    assert texts() == set(english())


def test_translations_fill_in_the_same_names() -> None:
    for vietnamese, entry in english().items():
        for form in forms(entry):
            assert names(form) == names(vietnamese), vietnamese


@pytest.mark.parametrize("path", ["/", "/?q=giai+ngan", "/tro-giup", "/tinh-trang", "/do-phu", "/bai/nothing"])
def test_an_english_page_has_no_vietnamese_frame(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}&lang=en" if "?" in path else f"{path}?lang=en").text
    assert '<html lang="en">' in page
    for vietnamese in ("Tìm kiếm", "Trợ giúp", "Tình trạng", "Độ phủ"):
        assert vietnamese not in page


def test_the_language_stays_in_the_links(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân&lang=en").text
    links = re.findall(r'href="(/(?:\?|bai/)[^"]*)"', page)
    kept = [link for link in links if "lang=en" in link]
    assert len(links) - len(kept) == 1  # the one that leads to the Vietnamese page


def test_an_unknown_language_is_vietnamese(client: FlaskClient) -> None:
    assert '<html lang="vi">' in client.get("/?lang=xx").text
