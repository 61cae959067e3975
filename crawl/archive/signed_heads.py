"""Heads of the log of proofs, signed, to be published and kept elsewhere: proof-signed.jsonl, a line each.

    {"size": 812, "root": "…", "at": "…Z", "key": "<base64>", "signature": "<base64>", "timestamp": "<base64>"}

The signature is Ed25519 over the first three, as JSON with sorted names and without spaces. The time stamp, where a
server is set, is its answer (RFC 3161) over the same bytes: a third party says that they were there at a moment.
Needs hoinghi[proof].
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from crawl.archive.merkle import Growing, leaf_hash
from crawl.archive.proof_log import LOG, last_head
from crawl.errors import ArchiveError
from search.domain.moments import iso

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FILE = "proof-signed.jsonl"
FIELDS = ("size", "root", "at")
ANSWER_SECONDS = 20.0
MOST_ANSWER_BYTES = 1 << 20
INSTALL = 'pip install "hoinghi[proof]"'


@dataclass(frozen=True, slots=True)
class CheckedHead:
    """What was compared of a signed head. wrong: why it is not what it says, () where all is well."""

    size: int
    at: str
    stamped: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        return len(self.wrong)

    def __str__(self) -> str:
        lines = [f"head of {self.size:,} entries, {self.at}" + (f", stamped {self.stamped}" if self.stamped else "")]
        return "\n".join([*lines, *(f"  {why}" for why in self.wrong)] if self.wrong else [f"{lines[0]}: as signed"])


@contextmanager
def _proof_extra() -> Iterator[None]:
    """Import what hoinghi[proof] brings. Raises ArchiveError where that is not installed."""
    try:
        yield
    except ImportError as error:
        raise ArchiveError(f"signed heads need what is not installed here ({error.name}): {INSTALL}") from None


def signed_text(head: dict[str, Any]) -> bytes:
    """Return the bytes that are signed and stamped."""
    return json.dumps({name: head[name] for name in FIELDS}, sort_keys=True, separators=(",", ":")).encode()


def new_key(file: Path) -> None:
    """Make a private key, readable by its owner alone. Raises ArchiveError where there is such a file."""
    with _proof_extra():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(text)
    except OSError as error:
        raise ArchiveError(f"{file} cannot be made ({error.strerror}): name another; a key is never replaced") from None


def sign_last_head(data_dir: Path, key_file: Path, timestamp_url: str = "") -> dict[str, Any] | None:
    """Sign the last head, unless it is signed, and have it stamped; return what was added, None for nothing.

    Raises ArchiveError where the key cannot be used, or the server does not stamp: nothing is added then.
    """
    head = last_head(data_dir)
    signed = signed_heads(data_dir)
    if head is None or (signed and (signed[-1]["size"], signed[-1]["root"]) == (head.size, head.root)):
        return None
    key = _private_key(key_file)
    made: dict[str, Any] = {"size": head.size, "root": head.root, "at": head.at}
    text = signed_text(made)
    made["key"] = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    made["signature"] = base64.b64encode(key.sign(text)).decode()
    if timestamp_url:
        made["timestamp"] = base64.b64encode(_stamped(text, timestamp_url)).decode()
    with (data_dir / FILE).open("ab") as file:
        file.write(json.dumps(made).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def signed_heads(data_dir: Path) -> list[dict[str, Any]]:
    """Return the signed heads, oldest first; a line that cannot be read is passed over."""
    try:
        lines = (data_dir / FILE).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and {*FIELDS, "key", "signature"} <= told.keys():
            found.append(told)
    return found


def read_head(location: str) -> dict[str, Any]:
    """Return the signed head in a file, the last line of it, or at an address. Raises ArchiveError."""
    try:
        if location.startswith(("http://", "https://")):
            with urlopen(location, timeout=ANSWER_SECONDS) as answer:
                text = answer.read(MOST_ANSWER_BYTES)
        else:
            text = Path(location).read_bytes()
        told = json.loads(text.strip().splitlines()[-1])
    except (OSError, ValueError, IndexError) as error:
        raise ArchiveError(f"{location} cannot be read ({error}): expected a signed head, as {FILE} has them") from None
    if not isinstance(told, dict):
        raise ArchiveError(f"{location}: expected a signed head, as {FILE} has them")
    return told


def check_head(data_dir: Path, head: dict[str, Any], key: str = "", timestamp_ca: Path | None = None) -> CheckedHead:
    """Compare a signed head that was kept elsewhere with the log: its lines must begin with those that were signed.

    key: the public key in base64 that must have signed it, "" for the one that stands in it. timestamp_ca: the
    certificate (PEM) that the stamp must lead to. Raises ArchiveError where it is no signed head.
    """
    with _proof_extra():
        from cryptography.exceptions import InvalidSignature

    try:
        text = signed_text(head)
        size, root, at = int(head["size"]), str(head["root"]), str(head["at"])
        public, signature = _public_key(key or head["key"]), base64.b64decode(head["signature"])
    except (KeyError, ValueError, TypeError) as error:
        raise ArchiveError(
            f"not a signed head ({error!r}): expected a line of {FILE}, as /api/proof/head has it"
        ) from None
    wrong = []
    try:
        public.verify(signature, text)
    except InvalidSignature:
        wrong.append("the signature is not of this key over this head")
    tree = Growing()
    lines = (data_dir / LOG).read_bytes().split(b"\n")[:-1] if (data_dir / LOG).exists() else []
    for line in lines[:size]:
        tree.append(leaf_hash(line))
    if tree.size < size:
        wrong.append(f"the log has {tree.size:,} entries: some were taken away")
    elif tree.root().hex() != root:
        wrong.append("the first entries of the log are not those that were signed")
    stamped = ""
    if timestamp_ca is not None:
        try:
            stamped = _check_stamp(base64.b64decode(head.get("timestamp", "")), text, timestamp_ca)
        except ValueError as error:
            wrong.append(f"the time stamp does not hold: {error}")
    return CheckedHead(size, at, stamped, tuple(wrong))


def _private_key(file: Path) -> "Ed25519PrivateKey":
    with _proof_extra():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ArchiveError(f'{file}: no Ed25519 key in PEM: "hoinghi proof --new-key {file}" makes one')
    return key


def _public_key(text: str) -> "Ed25519PublicKey":
    with _proof_extra():
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def _stamped(text: bytes, url: str) -> bytes:
    """Return what a server answers to the request to stamp a text. Raises ArchiveError."""
    with _proof_extra():
        from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response
    asked = TimestampRequestBuilder().data(text).nonce(nonce=True).cert_request(cert_request=True).build()
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        with urlopen(Request(url, asked.as_bytes(), headers), timeout=ANSWER_SECONDS) as answer:
            got: bytes = answer.read(MOST_ANSWER_BYTES)
        told = decode_timestamp_response(got)
        if told.status != 0 or told.tst_info.nonce != asked.nonce:
            raise ValueError(f"status {told.status}")
        if told.tst_info.message_imprint.message != asked.message_imprint.message:
            raise ValueError("it stamps something else")
    except (URLError, OSError, ValueError) as error:
        raise ArchiveError(f"{url} does not stamp ({error}): the head will be signed with the next run") from None
    return got


def _check_stamp(answer: bytes, text: bytes, certificate: Path) -> str:
    """Return when a text was stamped, ISO 8601. Raises ValueError where the stamp is not of a server of this root."""
    with _proof_extra():
        from cryptography.x509 import load_pem_x509_certificate
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    told = decode_timestamp_response(answer)
    try:
        root = load_pem_x509_certificate(certificate.read_bytes())
        VerifierBuilder().add_root_certificate(root).build().verify_message(told, text)
    except (VerificationError, OSError) as error:
        raise ValueError(str(error)) from None
    return iso(told.tst_info.gen_time)
