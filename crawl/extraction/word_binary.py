"""Binary Word files of before 2007 (.doc) → text, by antiword, else by LibreOffice; neither is required.

antiword is small, answers in milliseconds and leaves out headers, field codes and deleted words. What it refuses (files
with a password, some of Word 95) LibreOffice may read, where it is installed.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from crawl.extraction.office import NotReadable, odt_lines
from crawl.extraction.tables import row_line

OLE_MARK = b"\xd0\xcf\x11\xe0"
WORD_STREAM = "WordDocument".encode("utf-16-le")  # the name of a stream in the directory of a Word file, of no other's
HOW_TO_INSTALL = 'install "antiword" (or "libreoffice-writer-nogui") to have it read, or save it as .docx or .pdf'
ANTIWORD_SECONDS, LIBREOFFICE_SECONDS = 30, 120  # LibreOffice takes three to begin
# A document of a stranger: LibreOffice runs none of its macros, and fetches nothing that it links to.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>"""


def is_word(data: bytes) -> bool:
    """Tell whether data is a binary Word file; workbooks and slides of that time begin the same."""
    return data.startswith(OLE_MARK) and WORD_STREAM in data


def doc_lines(data: bytes) -> list[str]:
    """Return paragraphs and rows of tables in their order. Raises NotReadable, saying what to install or do."""
    readers = [(reader, path) for program, reader in _READERS.items() if (path := shutil.which(program))]
    if not readers:
        raise NotReadable(f"it is a Word file of before 2007: {HOW_TO_INSTALL}")
    why = ""
    for reader, path in readers:
        try:
            return reader(path, data)
        except NotReadable as error:
            why = why or str(error)
    raise NotReadable(why)


def _by_antiword(program: str, data: bytes) -> list[str]:
    command = [program, "-x", "db", "-"]  # DocBook, with rows and cells as such, always in UTF-8
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=ANTIWORD_SECONDS,
            check=False,
            env={"HOME": "/", "PATH": os.defpath},  # it does not start without a home
        )
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise NotReadable(f"antiword cannot read the Word file ({told[-1] if told else 'it says nothing'})")
        root = etree.fromstring(done.stdout, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except subprocess.TimeoutExpired:
        raise NotReadable(f"antiword took longer than {ANTIWORD_SECONDS} seconds for the Word file") from None
    except etree.XMLSyntaxError as error:
        raise NotReadable(f"antiword gave no text of the Word file ({error})") from None
    return [] if root is None else [line for part in root.iterchildren("chapter") for line in _docbook_lines(part)]


def _docbook_lines(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == "row":
            yield row_line(["".join(cell.itertext()) for cell in child.iterchildren("entry")])
        elif child.tag in ("title", "para", "listitem") and child.find(".//row") is None:
            yield " ".join("".join(child.itertext()).split())
        else:
            yield from _docbook_lines(child)


def _by_libreoffice(program: str, data: bytes) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="hoinghi-doc-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        (folder / "document.doc").write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--norestore", "--convert-to", "odt", "--outdir", name]
        process = subprocess.Popen(
            [*command, str(folder / "document.doc")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                "HOME": name,
                "PATH": os.defpath,
                **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9"),
            },
            start_new_session=True,  # soffice is a script that starts the program
        )
        try:
            process.wait(LIBREOFFICE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise NotReadable(f"LibreOffice took longer than {LIBREOFFICE_SECONDS} seconds for the Word file") from None
        try:
            with zipfile.ZipFile(folder / "document.odt") as parts:
                return odt_lines(parts)
        except (OSError, zipfile.BadZipFile):
            raise NotReadable("LibreOffice cannot read the Word file: it is damaged, or has a password") from None


_READERS = {"antiword": _by_antiword, "soffice": _by_libreoffice}
