"""Reading of scanned pages with Tesseract, where it is installed with its Vietnamese data. Nothing here is required."""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache

LANGUAGE = "vie"
HOW_TO_INSTALL = 'install tesseract-ocr and tesseract-ocr-vie, and "pip install hoinghi[ocr]", to have it read'
SECONDS_PER_PAGE = 120  # an A4 page at 300 dpi takes about 5
MAX_PAGES = 200  # a scan of more pages is read to here


@cache
def is_available() -> bool:
    """Tell whether Tesseract, its data for Vietnamese and Pillow (which takes pictures out of a PDF) are installed."""
    if shutil.which("tesseract") is None or importlib.util.find_spec("PIL") is None:
        return False
    answer = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
    return LANGUAGE in (answer.stdout + answer.stderr).split()


def recognise(pictures: Iterable[bytes]) -> Iterator[str]:
    """Yield the text of each picture (PNG, JPEG, TIFF bytes); "" for one that cannot be read."""
    for _, picture in zip(range(MAX_PAGES), pictures, strict=False):
        try:
            answer = subprocess.run(
                ["tesseract", "stdin", "stdout", "-l", LANGUAGE],
                input=picture,
                capture_output=True,
                timeout=SECONDS_PER_PAGE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            yield ""
            continue
        yield answer.stdout.decode("utf-8", "replace") if answer.returncode == 0 else ""
