"""`hoinghi embed`: what is new or changed in the index → vectors. Leads first, so that a large archive profits early.

What a killed run has stored is kept: the next one goes on, and ends with the same vectors.
"""

import logging
import multiprocessing
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from search.document import Document
from search.engines.ports import Engine
from search.engines.process_pool import in_order, kept
from search.semantic.encoders import NANO_E5, Encoder, EncoderUnavailable, open_encoder
from search.semantic.opening import encoder_of, store_of
from search.semantic.passages import Passage, passages, read_with_title
from search.semantic.phrases import embed_phrases, phrases_of
from search.semantic.store import VectorStore, digest
from search.suggestions import FILE as SUGGESTIONS

DOCUMENTS_AT_ONCE = 4  # of one batch: a second or two of a processor, so that a kill costs no more
NICENESS = 10  # searches come first

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. left: documents of this sweep; whole: it is the second, which encodes what follows the leads."""

    documents: int
    passages: int
    left: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Passages of a document that have no vector yet."""

    document: Document
    passages: tuple[Passage, ...]
    is_whole: bool

    def texts(self) -> list[str]:
        return [read_with_title(self.document, passage) for passage in self.passages]


def embed(
    engine: Engine, encoder: Encoder, setting: str, store: VectorStore, niceness: int = NICENESS, model: str = ""
) -> Iterator[Progress]:
    """Bring the vectors of a store in step with an index.

    setting, model: what open_encoder takes, for other processes. niceness: of these, as of nice(1).

    Raises EncoderUnavailable, IndexMissing.
    """
    store.create(setting, model)
    present = {document.id: digest(document) for document in engine.documents()}
    if gone := [identifier for identifier in store.known() if identifier not in present]:
        store.drop(gone)
    with kept():
        for whole in (False, True):
            missing = _missing(engine, store.known(), whole)
            yield from _sweep(_encoded(missing, encoder, setting, niceness), store, present, whole)
    store.seal()


def _sweep(
    encoded: Iterable[tuple[Wanted, np.ndarray]], store: VectorStore, present: dict[str, bytes], whole: bool
) -> Iterator[Progress]:
    known = store.known()
    left = sum(not _is_done(known.get(identifier), words, whole) for identifier, words in present.items())
    documents = count = 0
    for wanted, vectors in encoded:
        store.put(wanted.document, wanted.passages, vectors, is_whole=wanted.is_whole)
        documents, count, left = documents + 1, count + len(wanted.passages), left - 1
        yield Progress(documents, count, max(left, 0), whole)


def _is_done(known: tuple[bytes, bool] | None, words: bytes, whole: bool) -> bool:
    return known is not None and known[0] == words and (known[1] or not whole)


def _missing(engine: Engine, known: dict[str, tuple[bytes, bool]], whole: bool) -> Iterator[Wanted]:
    for document in engine.documents():
        words, seen = digest(document), known.get(document.id)
        if not _is_done(seen, words, whole):
            found = passages(document.text)
            has_lead = _is_done(seen, words, False)  # else it came into the index after the sweep of leads
            some = found[1:] if whole and has_lead else found if whole else found[:1]
            yield Wanted(document, tuple(some), is_whole=whole or len(found) < 2)


def _encoded(
    wanted: Iterable[Wanted], encoder: Encoder, setting: str, niceness: int
) -> Iterator[tuple[Wanted, np.ndarray]]:
    """Yield each with the vectors of its passages."""
    if setting != NANO_E5:  # a server has its own processes
        for one in wanted:
            yield one, encoder.encode_passages(one.texts()) if one.passages else np.zeros((0, encoder.dimension))
        return
    for batch, vectors in in_order(partial(_nano_e5, niceness), wanted, DOCUMENTS_AT_ONCE):
        yield from zip(batch, vectors, strict=True)


_model: Encoder | None = None


def _nano_e5(niceness: int, batch: list[Wanted]) -> list[np.ndarray]:
    """Encode in this process, whose model is loaded once; in one thread, since every processor has a process."""
    global _model
    if _model is None:
        if multiprocessing.parent_process() is not None:
            os.nice(niceness)
        _model = open_encoder(NANO_E5)
    assert _model is not None
    texts = [text for one in batch for text in one.texts()]
    rows = iter(_model.encode_passages(texts) if texts else np.zeros((0, _model.dimension)))
    return [np.array(list(islice(rows, len(one.passages)))).reshape(-1, _model.dimension) for one in batch]


def embed_if_set(engine: Engine, data_dir: Path, variables: Mapping[str, str]) -> str:
    """Bring vectors in step where an encoder is set; return a line that says so, or nothing.

    Where the encoder cannot be had, the line says that: words go on finding.
    """
    setting = variables.get("HOINGHI_ENCODER", "")
    if not setting:
        return ""
    try:
        encoder = encoder_of(variables)
        assert encoder is not None
        model = variables.get("HOINGHI_ENCODER_MODEL", "")
        store = store_of(data_dir, encoder)
        read = sum(1 for _ in embed(engine, encoder, setting, store, model=model))
        embed_phrases(encoder, store, phrases_of(data_dir / SUGGESTIONS))
    except (EncoderUnavailable, sqlite3.Error) as error:
        log.warning("not read by meaning, to be tried after the next crawl: %s", error)
        return f"by meaning: nothing read: {error}\n"
    return f"by meaning: {read:,} documents read\n"
