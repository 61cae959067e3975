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

MAX_KNOWN_SYLLABLES = 400_000  # the table starts anew beyond this; keeps memory under about 100 MB on endless input

# The order of the alternatives is pyvi's.
_FIRST = r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\w+://[^\s]+"  # abbreviations, signs, addresses
_MAIL_NAME, _MAIL_HOST = r"[a-zA-Z0-9_.+-]", r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_LAST = r"\d+(?:[.,_]\d+)+|[^\w\s]|\w+"
_TOKEN = re.compile(f"{_FIRST}|{_MAIL_NAME}+@{_MAIL_HOST}|{_LAST}")
_TOKEN_BUT_MAIL = re.compile(f"{_FIRST}|{_LAST}")
_NAME_BEFORE = re.compile(f"{_MAIL_NAME}*")
_HOST = re.compile(_MAIL_HOST)

_END = ""  # stands after each of several texts among their tokens; no token is empty
_KEY_BITS = 21  # a syllable's number in a pair or triple; 3 × 21 bits fit in an int64


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
    tokens, joined, begins = _joined(texts)
    edges = np.flatnonzero(joined[1:] != joined[:-1])
    places = edges[::2].searchsorted(begins).tolist()
    pairs = edges.tolist()
    found = ["_".join(tokens[first : last + 1]) for first, last in zip(pairs[::2], pairs[1::2], strict=True)]
    each = [found[first:last] for first, last in pairwise(places)]
    for number, text in enumerate(texts):
        if "_" in text:  # then one syllable may hold it
            each[number] = [token for token in tokenize(text).split(" ") if "_" in token]
    return each


def units_of(texts: Sequence[str]) -> list[str]:
    """Return all tokens of some texts in order, the syllables of a word joined by "_", and "" after each text."""
    tokens, joined, _ = _joined(texts)
    begins = np.flatnonzero(~joined[:-1]).tolist()
    edges = pairwise([*begins, len(tokens)])
    return [tokens[first] if last - first == 1 else "_".join(tokens[first:last]) for first, last in edges]


def _joined(texts: Sequence[str]) -> tuple[list[str], np.ndarray, list[int]]:
    """Return the tokens with _END after each text, whether each belongs to the one before, and where texts begin.

    The flags have one more at the end, so that a word ends there.
    """
    tokens: list[str] = []
    begins = [0]
    for text in texts:
        tokens += split(text)
        tokens.append(_END)
        begins.append(len(tokens))
    joined = np.zeros(len(tokens) + 1, dtype=bool)
    joined[1:-1] = _segmenter().joins(tokens) if tokens else False
    return tokens, joined, begins


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

    The pattern looks for an "@" from every place of "1-1-1-1…" anew. So it is asked only within the name of a mail
    address, which is found from its "@".
    """
    if chunk.isalpha():
        return [chunk]
    if "@" not in chunk:
        return _TOKEN_BUT_MAIL.findall(chunk)
    tokens: list[str] = []
    place = after = 0
    for sign in (found.start() for found in re.finditer("@", chunk)):
        name = _NAME_BEFORE.match(chunk[after:sign][::-1])
        begins, after = sign - (name.end() if name else 0), sign + 1
        if begins == sign or not _HOST.match(chunk, sign + 1):
            continue
        while place < sign:
            pattern = _TOKEN if place >= begins else _TOKEN_BUT_MAIL
            token = pattern.match(chunk, place)
            place = token.end() if token else place + 1
            if token:
                tokens.append(token[0])
    return tokens + _TOKEN_BUT_MAIL.findall(chunk, place)


# What stands between two spaces → its tokens: no token reaches over a space. About 100 MB at most.
_chunks: BoundedMemory[list[str]] = BoundedMemory(_tokens_of, 400_000)


@cache
def word_list() -> frozenset[str]:
    """Return pyvi's list of Vietnamese words: small letters as printed, a space between syllables."""
    return frozenset((_models() / "words.txt").read_text(encoding="utf-8").lower().split("\n"))


class _Table(dict[str, int]):
    """Token → its row in the columns; an unknown token is entered on first sight.

    scores: float array (3, rows): what a token adds to its own score, to the next one's, to the previous one's.
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
        self.lower_ids[0] = len(model.lowers)  # of no dictionary word
        self[_END] = 0

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
            self[token] = row
            return row


class _Segmenter:
    """The weights of the model, and the rules that pyvi lays over its labels."""

    def __init__(self, weights: dict[str, float], transitions: np.ndarray, words: list[str]) -> None:
        self.weight = weights
        get = weights.get
        self.bias, self.of_digits = get("bias", 0.0), get("word.isdigit()", 0.0)
        self.of_words = [  # what a word is to itself, to the next and to the previous one
            (f"{prefix}word.lower():", get(f"{prefix}word.isupper()", 0.0), get(f"{prefix}word.istitle()", 0.0))
            for prefix in ("", "-1:", "+1:")
        ]
        (self.stay, self.begin_inside), (self.inside_begin, self.inside) = transitions.tolist()
        self.lowers: dict[str, int] = {}
        self.pairs = _Keys([self._key(word.split(" ")) for word in words if word.count(" ") == 1])
        self.triples = _Keys([self._key(word.split(" ")) for word in words if word.count(" ") == 2])
        self.table = _Table(self)

    def _key(self, syllables: list[str]) -> int:
        key = 0
        for syllable in syllables:
            key = key << _KEY_BITS | self.lowers.setdefault(syllable, len(self.lowers))
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

    def joins(self, tokens: list[str]) -> np.ndarray:
        """Return for each gap between two tokens whether they belong to one word, as flags.

        tokens: of one text, or of several with _END after each.
        """
        if len(self.table) > MAX_KNOWN_SYLLABLES:
            self.table = _Table(self)
        table = self.table
        rows = np.fromiter(map(table.__getitem__, tokens), dtype=np.int64, count=len(tokens))
        inside = self._inside_a_word(self._differences(table, rows), rows == table[_END])
        solid, capital = table.solid[rows], table.capital[rows]
        allowed = solid[1:] & solid[:-1] & ~(capital[1:] & ~capital[:-1])
        return inside[1:] & allowed

    def _differences(self, table: _Table, rows: np.ndarray) -> np.ndarray:
        """Return for each token by how much "begins a word" outscores "goes on", transitions left aside."""
        get = self.weight.get
        own, for_next, for_previous = table.scores
        score = own[rows]
        score[1:] += for_next[rows[:-1]]
        score[:-1] += for_previous[rows[1:]]
        lower = table.lower_ids[rows]
        pair_keys = lower[:-1] << _KEY_BITS | lower[1:]
        pairs = self.pairs.find(pair_keys)
        score[pairs + 1] += get("-1:word.bi_gram()", 0.0)
        score[pairs] += get("+1:word.bi_gram()", 0.0)
        triples = self.triples.find(pair_keys[:-1] << _KEY_BITS | lower[2:])
        score[triples + 2] += get("-2:word.tri_gram()", 0.0)
        score[triples] += get("+2:word.tri_gram()", 0.0)
        return score

    def _inside_a_word(self, differences: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Viterbi with two labels: only the lead of "begins" over "goes on" has to be carried along.

        What a lead hands to the next token lies between two constants. So nearly every lead is so high or so low that
        the one before it does not matter, and only those in between are looked at one by one. ends: flags of what
        stands between two texts, and hands nothing on.
        """
        stay, begin_inside, inside_begin, inside = self.stay, self.begin_inside, self.inside_begin, self.inside
        # The best way to a label comes from "begins" where the lead of "begins" is at or above that label's threshold.
        to_begin_from, to_inside_from = inside_begin - stay, inside - begin_inside
        lowest, highest = sorted((to_begin_from, to_inside_from))
        after_high, after_low = stay - begin_inside, inside_begin - inside
        most, least = max(after_high, after_low), min(after_high, after_low)

        handed_on = np.where(differences + least >= highest, after_high, after_low)
        handed_on[ends] = 0.0
        open_cases = np.flatnonzero((differences + most >= lowest) & (differences + least < highest) & ~ends)
        for i in open_cases.tolist():
            lead = differences[i] + (handed_on[i - 1] if i else 0.0)
            to_begin = lead + stay if lead >= to_begin_from else inside_begin
            to_inside = lead + begin_inside if lead >= to_inside_from else inside
            handed_on[i] = to_begin - to_inside
        leads = differences.copy()
        leads[1:] += handed_on[:-1]

        inside_labels = leads < lowest
        last = np.append(ends[1:], True)
        inside_labels[last] = leads[last] < 0.0
        for i in np.flatnonzero((leads >= lowest) & (leads < highest) & ~last)[::-1].tolist():
            inside_labels[i] = leads[i] < (to_inside_from if inside_labels[i + 1] else to_begin_from)
        return inside_labels


class _Keys:
    """A set of int64 keys that arrays are looked up in. A table of hashes spares most keys the binary search."""

    TABLE_BITS = 20  # 1 MB of flags for some 30,000 keys: 3 % of unknown keys go on to the binary search
    SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Fibonacci hashing)

    def __init__(self, keys: list[int]) -> None:
        self.sorted = np.array(sorted(set(keys)), dtype=np.int64)
        self.seen = np.zeros(1 << self.TABLE_BITS, dtype=bool)
        self.seen[self._hash(self.sorted)] = True

    def _hash(self, keys: np.ndarray) -> np.ndarray:
        return (keys.view(np.uint64) * self.SPREAD) >> np.uint64(64 - self.TABLE_BITS)

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Return the positions in keys, ascending, at which a member stands."""
        candidates = np.flatnonzero(self.seen[self._hash(keys)])
        wanted = keys[candidates]
        places = self.sorted.searchsorted(wanted)
        places[places == len(self.sorted)] = 0
        return candidates[self.sorted[places] == wanted]


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
