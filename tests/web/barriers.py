"""What keeps readers out of a page: violations that axe-core knows, and lines wider than the screen."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Each pair of language, theme and width occurs.
LOOKS: dict[str, list[tuple[Literal["light", "dark"], int]]] = {
    "vi": [("light", 1280), ("dark", 390)],
    "en": [("dark", 1280), ("light", 390)],
}


def violations(page: Page) -> list[str]:
    """Return what axe-core finds in a page as it is now: the rule, and the element that breaks it."""
    if not page.evaluate("'axe' in window"):  # loading it takes as long as a look
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(results => results.violations)")
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def look(page: Page, language: str) -> None:
    """Open all that is folded up and look at a page in the themes and widths of a language."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for theme, width in LOOKS[language]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], f"{theme} {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
