"""Takes the pictures of the README from a running site of sample pages.

make run, and in another terminal:   .venv/bin/python docs/screenshots/take.py http://127.0.0.1:8000
"""

import io
import sys
from pathlib import Path
from urllib.parse import quote_plus

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
QUERY = quote_plus("giải ngân vốn đầu tư công 2023")
DESK, PHONE = (1280, 900), (390, 844)
COLOURS = 128  # letters stay smooth, and a picture takes a third of its bytes
# name → path, size, theme; an empty path opens the first result
PICTURES = {
    "search": (f"/?q={QUERY}", DESK, "light"),
    "article": ("", DESK, "light"),
    "province": ("/tinh/bac-ninh", DESK, "light"),
    "search-dark-phone": (f"/?q={QUERY}&lang=en", PHONE, "dark"),
}


def open_page(page: Page, site: str, path: str) -> None:
    page.goto(site + (path or f"/?q={QUERY}"), wait_until="networkidle")
    if not path:
        page.locator(".hit h2 a").first.click()
    page.reload(wait_until="networkidle")  # with the fonts that the first visit has fetched
    page.mouse.move(0, 0)


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (path, (width, height), theme) in PICTURES.items():
            is_dark = theme == "dark"
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if is_dark else "light"
            )
            page = context.new_page()
            open_page(page, site.rstrip("/"), path)
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
