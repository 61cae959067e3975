"""What keeps readers out of a page: violations that axe-core knows, and lines wider than the screen."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Each pair of language, theme and width occurs.
LOOKS: dict[str, list[tuple[Literal["light", "dark"], int]]] = {
    "vi": [("light", 1280), ("dark", 390)],
    "en": [("dark", 1280), ("light", 390)],
}


def look(page: Page, language: str) -> None:
    """Open all that is folded up and look at a page in the themes and widths of a language."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for theme, width in LOOKS[language]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{theme} {width}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
