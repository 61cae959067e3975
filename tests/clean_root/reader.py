"""A reader who asks the site all the time, over TLS by its name, until a file appears.

Each answer is a line of a file, the last line is OVER.

reader.py ADDRESS CERTIFICATES ANSWERS UNTIL
"""

import ssl
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

PATHS = ("/", "/?q=gi%E1%BA%A3i+ng%C3%A2n", "/api/search?q=h%E1%BB%99i+ngh%E1%BB%8B", "/tinh-trang", "/healthz")
OVER = "asked to the end"


def answer(address: str, trusted: ssl.SSLContext) -> str:
    try:
        with urllib.request.urlopen(address, timeout=60, context=trusted) as found:
            found.read()
            return str(found.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except (OSError, HTTPException) as error:  # an answer that breaks off is of the latter
        return f"{type(error).__name__}: {error}"


def main(address: str, certificates: str, answers: str, until: str) -> None:
    trusted = ssl.create_default_context(cafile=certificates)
    with open(answers, "w", encoding="utf-8") as lines:
        while not Path(until).exists():
            for path in PATHS:
                lines.write(f"{answer(address + path, trusted)}\t{path}\t{time.strftime('%H:%M:%S')}\n")
                lines.flush()
                time.sleep(0.02)
        lines.write(f"{OVER}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
