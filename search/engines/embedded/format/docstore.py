"""Documents as they are kept for showing: JSON, compressed with dictionaries taken from the documents themselves."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
import zstandard

from search.document import Document
from search.engines.embedded.format.array_file import pack, unpack, unpack_all

DICTIONARY_BYTES = 32_768  # twice as many save 0.1 % of a batch
DICTIONARY_SHARE = 50  # a dictionary is at most the fiftieth part of what it serves; 33 % of a text is left, else 41 %
PIECE_BYTES, LETTERS, HURRY = 1_000, 8, 4  # of a dictionary (k, d, accel of fastCover): finer ones take twice as long
LEVEL = 6  # 9 saves 1.3 % more of the text and takes a third longer

_FIELDS = {field.name: field for field in fields(Document)}
_TUPLES = {name for name, field in _FIELDS.items() if isinstance(field.default, tuple)}

REQUIRED = {"id", "key", "url", "title", "text", "version"}  # without a default, or with one that is not empty

Arrays = dict[str, np.ndarray]


class CompressedDocuments(NamedTuple):
    """Compressed documents, the dictionaries, and which of these each document was compressed with."""

    texts: list[bytes]
    dictionaries: list[bytes]
    uses: list[int]


def keep(documents: Sequence[Document]) -> CompressedDocuments:
    raw = [json.dumps(_said(document), ensure_ascii=False).encode("utf-8", "surrogatepass") for document in documents]
    dictionary = _dictionary(raw)
    compressor = zstandard.ZstdCompressor(LEVEL, zstandard.ZstdCompressionDict(dictionary), write_dict_id=False)
    return CompressedDocuments([compressor.compress(one) for one in raw], [dictionary], [0] * len(raw))


def _said(document: Document) -> dict[str, Any]:
    """Return the fields that hold something; the others come back as they are by default."""
    return {name: value for name in _FIELDS if (value := getattr(document, name)) or name in REQUIRED}


def part_of(arrays: Arrays, numbers: np.ndarray) -> CompressedDocuments:
    """Return some documents of a segment as they are, to be put into another."""
    texts = unpack_all(arrays["stored.blob"], arrays["stored.offsets"])
    dictionaries = unpack_all(arrays["dictionary.blob"], arrays["dictionary.offsets"])
    return CompressedDocuments(
        [texts[number] for number in numbers.tolist()], dictionaries, arrays["stored.uses"][numbers].tolist()
    )


def arrays(parts: Sequence[CompressedDocuments]) -> Arrays:
    """Return the arrays that hold the documents of parts; a dictionary that none of them uses is dropped."""
    texts: list[bytes] = []
    uses: list[int] = []
    dictionaries: dict[bytes, int] = {}
    for part in parts:
        texts += part.texts
        new = {use: dictionaries.setdefault(part.dictionaries[use], len(dictionaries)) for use in set(part.uses)}
        uses += [new[use] for use in part.uses]
    blob, offsets = pack(texts)
    dictionary_blob, dictionary_offsets = pack(list(dictionaries))
    return {
        "stored.blob": blob,
        "stored.offsets": offsets,
        "stored.uses": np.array(uses, dtype=np.uint16),
        "dictionary.blob": dictionary_blob,
        "dictionary.offsets": dictionary_offsets,
    }


class StoredDocuments:
    """The documents of a segment, ready to be read. arrays: as `arrays` made them. Safe for threads."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._dictionaries: dict[int, zstandard.ZstdCompressionDict] = {}

    def document(self, number: int) -> Document:
        """Return the document; fields that a later version of Document dropped are passed over."""
        dictionary = self._dictionary(int(self._arrays["stored.uses"][number]))
        kept = unpack(self._arrays["stored.blob"], self._arrays["stored.offsets"], number)
        raw = zstandard.ZstdDecompressor(dictionary).decompress(kept)
        values = json.loads(raw.decode("utf-8", "surrogatepass"))
        return Document(**{n: _tupled(v) if n in _TUPLES else v for n, v in values.items() if n in _FIELDS})

    def _dictionary(self, use: int) -> zstandard.ZstdCompressionDict:
        known = self._dictionaries.get(use)
        if known is None:
            dictionary = unpack(self._arrays["dictionary.blob"], self._arrays["dictionary.offsets"], use)
            known = self._dictionaries[use] = zstandard.ZstdCompressionDict(dictionary)
        return known


def _tupled(value: Any) -> Any:
    """Return lists as tuples, at every depth: citations and roles are tuples of tuples."""
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _dictionary(raw: list[bytes]) -> bytes:
    """Return what often comes again in the batch; of few documents, too few to tell, beginnings."""
    size = min(DICTIONARY_BYTES, sum(map(len, raw)) // DICTIONARY_SHARE)
    try:
        trained = zstandard.train_dictionary(size, [*raw], k=PIECE_BYTES, d=LETTERS, accel=HURRY)
    except zstandard.ZstdError:
        taken = raw[:: max(len(raw) // 16, 1)]
        return b"".join(one[: DICTIONARY_BYTES // 8] for one in taken)[:size]
    return trained.as_bytes()
