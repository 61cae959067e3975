"""Vietnamese word segmentation: pyvi's model and rules, evaluated on arrays. The only file that knows pyvi.

`tokenize` gives what `pyvi.ViTokenizer.tokenize` gives, token for token (its test compares both). pyvi builds a
dictionary of some fifteen features for every syllable and lets CRFsuite look each of them up; here every distinct
syllable is looked up once, its part of the score is kept as a row of a table, and a text is scored by adding rows.
The model file is read on first use, without importing pyvi (which would load scikit-learn).
"""

import _codecs
import importlib.util
import pickle
import re
import string
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

from search.text.bounded_memory import BoundedMemory
from search.text.crfsuite import read_weights
from search.text.orthography import fold_letters, spellings
from search.text.word_joints import KEY_BITS, Columns, Keys, Weights, WordJoints

MAX_KNOWN_SYLLABLES = 400_000  # the table starts anew beyond this; keeps memory under about 100 MB on endless input

# The order of the alternatives is pyvi's.
_FIRST = r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\w+://[^\s]+"  # abbreviations, signs, addresses
_MAIL_NAME, _MAIL_HOST = r"[a-zA-Z0-9_.+-]", r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_LAST = r"\d+(?:[.,_]\d+)+|[^\w\s]|\w+"
_TOKEN = re.compile(f"{_FIRST}|{_MAIL_NAME}+@{_MAIL_HOST}|{_LAST}")
_TOKEN_BUT_MAIL = re.compile(f"{_FIRST}|{_LAST}")
_NAME_BEFORE = re.compile(f"{_MAIL_NAME}*")
_HOST = re.compile(_MAIL_HOST)

_END, _END_ROW = "", 0  # stands after each of several texts among their tokens; no token is empty


def tokenize(text: str) -> str:
    """Return text with the syllables of one word joined by "_" and tokens separated by one space.

    text: any length; it is scored as one sequence, as pyvi does. Text without a token comes back unchanged.
    """
    tokens = split(text)
    if not tokens:
        return text
    joined = _segmenter().joins(tokens).tolist()
    pieces = [""] * (2 * len(tokens) - 1)
    pieces[0::2] = tokens
    pieces[1::2] = [_JOINT[join] for join in joined]
    return "".join(pieces)


_JOINT = (" ", "_")


def words(text: str) -> list[str]:
    """Return of what `tokenize` gives the tokens that hold a "_", in order: the words of several syllables."""
    return words_of([text])[0]


def words_of(texts: Sequence[str]) -> list[list[str]]:
    """Return the words of each text, in two thirds of the time that one after the other takes."""
    rows, joined, printed = _joined(texts)
    edges = np.flatnonzero(joined[1:] != joined[:-1])
    slots = edges[::2].searchsorted(np.flatnonzero(rows == _END_ROW)).tolist()
    pairs = ((edges + np.arange(len(edges)) % 2) * rows.itemsize).tolist()
    numbers = rows.tobytes()
    found = [printed[numbers[first:past]] for first, past in zip(pairs[::2], pairs[1::2], strict=True)]
    each = [found[first:last] for first, last in pairwise([0, *slots])]
    for number, text in enumerate(texts):
        if "_" in text:  # then one syllable may hold it
            each[number] = [token for token in tokenize(text).split(" ") if "_" in token]
    return each


def units_of(texts: Sequence[str]) -> list[str]:
    """Return all tokens of some texts in order, the syllables of a word joined by "_", and "" after each text."""
    rows, joined, printed = _joined(texts)
    begins = (np.flatnonzero(~joined[:-1]) * rows.itemsize).tolist()
    numbers = rows.tobytes()
    return [printed[numbers[first:past]] for first, past in pairwise([*begins, len(numbers)])]


def _joined(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, BoundedMemory[bytes, str]]:
    """Return the rows of the tokens with _END after each text, whether each belongs to the one before, and its memory.

    The flags have one more at the end, so that a word ends there. The memory: rows, as bytes → what they print.
    """
    segmenter = _segmenter()
    table = segmenter.known()
    rows = table.rows_of(texts)
    joined = np.zeros(len(rows) + 1, dtype=bool)
    joined[1:-1] = segmenter.joints.between(rows, _END_ROW, table.columns()) if len(rows) else False
    return rows, joined, table.printed


@lru_cache(maxsize=1 << 14)
def is_word(norms: str, accented: bool = True) -> bool:
    """Tell whether pyvi's word list has a word, or one that this syllable is a part of.

    norms: with spaces between; without diacritics (and accented False) any word with these letters will do.
    """
    parts = norms.split(" ")
    if len(parts) == 1:
        return not _listed_syllables(accented).isdisjoint(spellings(norms))
    if len(parts) > _most_syllables():
        return False
    listed = _listed_words(accented)
    return any(" ".join(one) in listed for one in product(*map(spellings, parts)))


def load_words() -> None:
    """Make now what `is_word` would make when it is asked for the first time."""
    _most_syllables()
    for accented in (True, False):
        _listed_syllables(accented)
        _listed_words(accented)


# What is asked for is spelt in all its ways: to bring every listed word to its normal form took 90 ms for each set.


@cache
def _listed_syllables(accented: bool) -> frozenset[str]:
    return frozenset(" ".join(_listed_words(accented)).split(" "))


@cache
def _listed_words(accented: bool) -> frozenset[str]:
    return word_list() if accented else frozenset(fold_letters("\n".join(word_list())).split("\n"))


@cache
def _most_syllables() -> int:
    """Return how many syllables the longest listed word has."""
    return 1 + max(word.count(" ") for word in word_list())


def split(text: str) -> list[str]:
    """Return the syllables, numbers and signs of text (NFC), as pyvi separates them; a line end is a token, too."""
    tokens: list[str] = []
    for line in unicodedata.normalize("NFC", text).split("\n"):
        tokens.extend(chain.from_iterable(map(_chunks.__getitem__, line.split())))
        tokens.append("\n")
    del tokens[-1]
    return tokens


def _tokens_of(chunk: str) -> list[str]:
    """Return what _TOKEN.findall gives, in time that grows with the length alone.

    The pattern looks for an "@" from every offset of "1-1-1-1…" anew. So it is asked only within the name of a mail
    address, which is found from its "@".
    """
    if chunk.isalpha():
        return [chunk]
    if "@" not in chunk:
        return _TOKEN_BUT_MAIL.findall(chunk)
    tokens: list[str] = []
    offset = after = 0
    for sign in (found.start() for found in re.finditer("@", chunk)):
        name = _NAME_BEFORE.match(chunk[after:sign][::-1])
        begins, after = sign - (name.end() if name else 0), sign + 1
        if begins == sign or not _HOST.match(chunk, sign + 1):
            continue
        while offset < sign:
            pattern = _TOKEN if offset >= begins else _TOKEN_BUT_MAIL
            token = pattern.match(chunk, offset)
            offset = token.end() if token else offset + 1
            if token:
                tokens.append(token[0])
    return tokens + _TOKEN_BUT_MAIL.findall(chunk, offset)


# What stands between two spaces → its tokens: no token reaches over a space. About 100 MB at most.
_chunks: BoundedMemory[str, list[str]] = BoundedMemory(_tokens_of, 400_000)


@cache
def word_list() -> frozenset[str]:
    """Return pyvi's list of Vietnamese words: small letters as printed, a space between syllables."""
    return frozenset((_models() / "words.txt").read_text(encoding="utf-8").lower().split("\n"))


class _Table(dict[str, int]):
    """Token → its row in the columns; an unknown token is entered on first sight.

    printed: rows of the tokens of a word, as bytes → the word.
    Threads may read while one enters: columns only ever grow, and a reader fetches them after its rows are known.
    """

    def __init__(self, model: "_Segmenter") -> None:
        super().__init__()
        self.model = model
        self.lock = threading.Lock()
        self.scores = np.zeros((3, 1 << 14))
        self.lower_ids = np.zeros(1 << 14, dtype=np.int64)
        self.solid = np.zeros(1 << 14, dtype=bool)  # may be joined at all: neither a sign nor starting with a digit
        self.capital = np.zeros(1 << 14, dtype=bool)
        self.lower_ids[_END_ROW] = len(model.lowers)  # of no dictionary word
        self[_END] = _END_ROW
        self.tokens = [_END]
        self._of_chunk = BoundedMemory(lambda chunk: self._rows(_chunks[chunk]).tobytes(), 400_000)
        self.printed: BoundedMemory[bytes, str] = BoundedMemory(self._printed, 400_000)

    def __missing__(self, token: str) -> int:
        with self.lock:
            if token in self:
                return self[token]
            row = len(self)
            if row == len(self.solid):
                for name in ("scores", "lower_ids", "solid", "capital"):
                    column = getattr(self, name)
                    setattr(self, name, np.concatenate([column, np.zeros_like(column)], axis=-1))
            self.scores[:, row] = self.model.scores_of(token)
            self.lower_ids[row] = self.model.lower_id(token)
            self.solid[row] = token not in string.punctuation and not token[0].isdigit()
            self.capital[row] = token[0].istitle()
            self.tokens.append(token)
            self[token] = row
            return row

    def columns(self) -> Columns:
        return Columns(self.scores, self.lower_ids, self.solid, self.capital)

    def rows_of(self, texts: Sequence[str]) -> np.ndarray:
        """Return the rows (int32) of the tokens of some texts with _END after each."""
        of_chunk, line_end, end = self._of_chunk.__getitem__, self._rows(["\n"]).tobytes(), self._rows([_END]).tobytes()
        found: list[bytes] = []
        for text in texts:
            for line in unicodedata.normalize("NFC", text).split("\n"):
                found += map(of_chunk, line.split())
                found.append(line_end)
            found[-1] = end
        return np.frombuffer(b"".join(found), dtype=np.int32)

    def _rows(self, tokens: Sequence[str]) -> np.ndarray:
        return np.fromiter(map(self.__getitem__, tokens), dtype=np.int32, count=len(tokens))

    def _printed(self, rows: bytes) -> str:
        return "_".join([self.tokens[row] for row in np.frombuffer(rows, dtype=np.int32).tolist()])


class _Segmenter:
    """The weights of the model, and the tokens that are known by them."""

    def __init__(self, weights: dict[str, float], transitions: np.ndarray, words: list[str]) -> None:
        self.weight = weights
        get = weights.get
        self.bias, self.of_digits = get("bias", 0.0), get("word.isdigit()", 0.0)
        self.of_words = [  # what a word is to itself, to the next and to the previous one
            (f"{prefix}word.lower():", get(f"{prefix}word.isupper()", 0.0), get(f"{prefix}word.istitle()", 0.0))
            for prefix in ("", "-1:", "+1:")
        ]
        self.lowers: dict[str, int] = {}
        pairs = Keys([self._key(word.split(" ")) for word in words if word.count(" ") == 1])
        triples = Keys([self._key(word.split(" ")) for word in words if word.count(" ") == 2])
        neighbours = ("-1:word.bi_gram()", "+1:word.bi_gram()", "-2:word.tri_gram()", "+2:word.tri_gram()")
        of_neighbours = [get(name, 0.0) for name in neighbours]
        self.joints = WordJoints(Weights(*of_neighbours, *transitions.ravel().tolist()), pairs, triples)
        self.table = _Table(self)

    def _key(self, syllables: list[str]) -> int:
        key = 0
        for syllable in syllables:
            key = key << KEY_BITS | self.lowers.setdefault(syllable, len(self.lowers))
        return key

    def lower_id(self, token: str) -> int:
        """Return the number of token in keys; those that no dictionary word holds share one that no key has."""
        return self.lowers.get(token.lower(), len(self.lowers))

    def scores_of(self, token: str) -> tuple[float, float, float]:
        """Return by how much token favours "begins a word" for itself, for the next and for the previous one."""
        get, lower = self.weight.get, token.lower().split("\0")[0]  # CRFsuite reads a name up to its first NUL
        is_upper, is_title = token.isupper(), token.istitle()
        own, for_next, for_previous = [
            get(name + lower, 0.0) + is_upper * upper + is_title * title for name, upper, title in self.of_words
        ]
        return self.bias + token.isdigit() * self.of_digits + own, for_next, for_previous

    def known(self) -> _Table:
        """Return the table of the tokens; a new one where it has grown beyond its bound."""
        if len(self.table) > MAX_KNOWN_SYLLABLES:
            self.table = _Table(self)
        return self.table

    def joins(self, tokens: list[str]) -> np.ndarray:
        """Return for each gap between two tokens of a text whether they belong to one word, as flags."""
        table = self.known()
        rows = np.fromiter(map(table.__getitem__, tokens), dtype=np.int32, count=len(tokens))
        return self.joints.between(rows, _END_ROW, table.columns())


@cache
def _segmenter() -> _Segmenter:
    """Return the model, read once per process."""
    models = _models()
    weights = read_weights(_model_bytes(models / "pyvi3.pkl"))
    begin, inside = weights.labels.index("B_W"), weights.labels.index("I_W")
    order = [begin, inside]
    differences = {attribute: pair[begin] - pair[inside] for attribute, pair in weights.state.items()}
    words = (models / "words.txt").read_text(encoding="utf-8").split("\n")
    return _Segmenter(differences, weights.transitions[np.ix_(order, order)], words)


def _models() -> Path:
    found = importlib.util.find_spec("pyvi")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError('pyvi is not installed: expected its model files, run "pip install pyvi"')
    return Path(found.submodule_search_locations[0]) / "models"


class _Inert:
    """Stands for the classes that the pickle names (scikit-learn's, numpy's); holds their state, runs nothing."""

    def __init__(self, *arguments: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _ModelUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return _codecs.encode if (module, name) == ("_codecs", "encode") else _Inert


def _model_bytes(path: Path) -> bytes:
    """Return the CRFsuite file that pyvi's pickle carries."""
    with path.open("rb") as file:
        estimator = _ModelUnpickler(file).load()
    model: bytes = estimator.state["modelfile"].state["__FILE_RESOURCE_DATA__"]
    return model
