"""The encoder that is set and its vectors in a data directory, opened when first wanted and again after a trouble."""

import logging
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from time import monotonic

from search.semantic.encoders import Encoder, EncoderNotInstalled, EncoderUnavailable, open_encoder
from search.semantic.hybrid import Meaning
from search.semantic.state import MeaningState
from search.semantic.store import FOLDER, VectorStore, store_path

LOOK_SECONDS = 15.0  # what could not be opened is tried again, and documents are counted anew

log = logging.getLogger(__name__)


class Semantics:
    """What the settings want of meaning, where they name an encoder.

    Safe for threads: while one opens the encoder, words answer the others.
    """

    def __init__(self, data_dir: Path, variables: Mapping[str, str]) -> None:
        self._data_dir, self._variables = data_dir, variables
        self._lock = Lock()
        self._looked = float("-inf")
        self._counted = 0.0, 0  # when it was looked, and how many documents there were then
        self._wanted: Meaning | None = None
        self._former: Meaning | None = None
        self._found = MeaningState()

    def meaning(self) -> Meaning | None:
        """Return what orders answers by meaning, or None: words alone.

        Where the encoder that is set has read less than a former one, the vectors of that one answer.
        """
        self._look()
        return self._former or self._wanted

    def state(self, count: Callable[[], int]) -> MeaningState:
        """Return what is the case. count: how many documents the index has, asked as rarely as all is looked at."""
        self._look()
        if self._counted[0] != self._looked:
            self._counted = self._looked, count()
        documents = self._counted[1]
        found, serving = self._found, self._former or self._wanted
        if serving is not None and serving.trouble:
            found = replace(found, case="down", trouble=serving.trouble)
        elif found.case == "whole" and found.whole < documents:
            found = replace(found, case="part")
        return replace(found, documents=documents, leads=min(found.leads, documents), whole=min(found.whole, documents))

    def key(self) -> Hashable:
        """Return what differs where the same query may be answered in another way."""
        meaning = self.meaning()
        return meaning.state() if meaning is not None else None

    def _look(self) -> None:
        if monotonic() - self._looked < LOOK_SECONDS or not self._lock.acquire(blocking=False):
            return
        try:
            self._found = self._opened()
        finally:
            self._looked = monotonic()
            self._lock.release()

    def _opened(self) -> MeaningState:
        """Open what is not open yet."""
        try:
            if self._wanted is None:
                encoder = encoder_of(self._variables)
                assert encoder is not None
                self._wanted = Meaning(encoder, store_of(self._data_dir, encoder))
        except EncoderUnavailable as error:
            log.warning("answered by words alone: %s", error)
            return MeaningState("missing" if isinstance(error, EncoderNotInstalled) else "down", trouble=str(error))
        name = self._wanted.encoder.name
        try:
            leads, whole = self._wanted.store.counts()
        except sqlite3.Error as error:
            return MeaningState("damaged", name, trouble=str(error))
        others = [one for one in self._others() if one.leads > leads]
        self._former = self._open_former(others) if others else None
        serving = (self._former or self._wanted).encoder.name if leads or self._former else ""
        case = "whole" if leads else "other" if others else "none"
        return MeaningState(case, name, leads, whole, serving=serving)

    def _open_former(self, others: list["_Kept"]) -> Meaning | None:
        if self._former is not None and self._former.store.path in {one.path for one in others}:
            return self._former
        for one in sorted(others, key=lambda one: -one.leads):
            try:
                key = self._variables.get("HOINGHI_ENCODER_KEY", "")
                encoder = open_encoder(one.setting, key=key, model=one.model)
            except EncoderUnavailable as error:
                log.info("vectors of %s are not used: %s", one.name, error)
                continue
            if encoder is not None and encoder.name == one.name:
                return Meaning(encoder, store_of(self._data_dir, encoder))
        return None

    def _others(self) -> Iterator["_Kept"]:
        """Yield the vectors of other encoders."""
        assert self._wanted is not None
        for path in sorted((self._data_dir / FOLDER).glob("*.db")):
            if path != self._wanted.store.path:
                try:
                    with closing(sqlite3.connect(path, timeout=30.0)) as db:
                        name, setting, model = db.execute("SELECT name, setting, model FROM about").fetchone()
                        (leads,) = db.execute("SELECT count(*) FROM document").fetchone()
                except (sqlite3.Error, TypeError):  # of another layout, or not made yet
                    continue
                yield _Kept(path, name, setting, model, leads)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Vectors of an encoder. leads: documents that it has read."""

    path: Path
    name: str
    setting: str
    model: str
    leads: int


def encoder_of(variables: Mapping[str, str]) -> Encoder | None:
    """Return the encoder that the settings name, None for none. Raises EncoderUnavailable."""
    setting = variables.get("HOINGHI_ENCODER", "")
    key, model = variables.get("HOINGHI_ENCODER_KEY", ""), variables.get("HOINGHI_ENCODER_MODEL", "")
    return open_encoder(setting, key=key, model=model)


def store_of(data_dir: Path, encoder: Encoder) -> VectorStore:
    return VectorStore(store_path(data_dir, encoder.name), encoder.name, encoder.dimension)
