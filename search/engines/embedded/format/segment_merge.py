"""Several segments → one, without their deleted documents. Whole arrays are joined; no document is analysed again."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from search.document import FACETS
from search.engines.embedded.format import docstore
from search.engines.embedded.format.array_file import Mapped, pack, row_lengths, unpack_all
from search.engines.embedded.format.keyword_fields import merged_exact
from search.engines.embedded.format.packers import PairPacker, StreamPacker
from search.engines.embedded.format.segment_format import (
    COUNT_MASK,
    HEAD_SHIFT,
    STREAMS,
    hash_index,
    positions_at,
    row_order,
    unpack_counts,
)
from search.engines.embedded.format.segment_writer import (
    facet_arrays,
    vocabulary_arrays,
    word_arrays,
)
from search.engines.embedded.format.sentence_borders import border_arrays

JOINED = ("title_length", "body_length", "wholes", "day", "day_last", "reprint")
AT_A_TIME = 500_000  # postings: some 100 MB while they are merged

Arrays = dict[str, np.ndarray]


def merge(parts: Sequence[Arrays], deleted: Sequence[np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the arrays of a segment with the documents of parts, in their order; who writes them holds few at a time.

    deleted: for each part flags of the documents to leave out. At most MAX_DOCUMENTS may remain.
    """
    kept = [np.flatnonzero(~gone) for gone in deleted]
    numbers = []
    base = 0
    for gone in deleted:
        numbers.append(np.where(gone, -1, base + np.cumsum(~gone) - 1))
        base += int((~gone).sum())
    lengths = {name: _joined(parts, name, kept) for name in JOINED}
    yield from lengths.items()
    yield from _identities(parts, kept).items()
    yield from docstore.arrays([docstore.part_of(part, keep) for part, keep in zip(parts, kept, strict=True)]).items()
    _let_go(parts)
    for facet in FACETS:
        yield from _facet(facet, parts, kept).items()
    yield from merged_exact(parts, numbers).items()
    vocabulary, ranks = _vocabulary(parts)
    yield from vocabulary.items()
    variants = vocabulary["variants"]
    for name in STREAMS:
        stream = _stream(name, parts, numbers, ranks, variants)
        if name == "text":
            stream |= border_arrays(lengths | vocabulary | stream)
        yield from stream.items()
    del stream, vocabulary
    yield from _pairs(parts, numbers, variants, ranks).items()
    yield from _words(parts, numbers).items()


def _facet(facet: str, parts: Sequence[Arrays], kept: Sequence[np.ndarray]) -> Arrays:
    values: list[str] = []
    for part, keep in zip(parts, kept, strict=True):
        names = ["", *(one.decode() for one in unpack_all(part[f"{facet}.blob"], part[f"{facet}.offsets"]))]
        values += [names[code] for code in part[f"{facet}.codes"][keep].tolist()]
    return facet_arrays(facet, values)


def _let_go(parts: Sequence[Arrays]) -> None:
    """Take what was read of the files of parts out of memory."""
    for part in parts:
        if isinstance(part, Mapped):
            part.let_go()


def _joined(parts: Sequence[Arrays], name: str, kept: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([part[name][keep] for part, keep in zip(parts, kept, strict=True)])


def _identities(parts: Sequence[Arrays], kept: Sequence[np.ndarray]) -> Arrays:
    ids: list[bytes] = []
    fingerprints, keys = [], []
    for part, keep in zip(parts, kept, strict=True):
        every = unpack_all(part["id.blob"], part["id.offsets"])
        ids += [every[number] for number in keep.tolist()]
        size = len(part["day"])
        fingerprints.append(part["fingerprint"].reshape(size, -1)[keep].ravel())
        of_document = np.empty(size, dtype=np.uint64)
        of_document[part["key.order"]] = part["key.hash"]
        keys.append(of_document[keep])
    blob, offsets = pack(ids)
    key_hashes = np.concatenate(keys)
    order = np.argsort(key_hashes, kind="stable")
    return {
        "id.blob": blob,
        "id.offsets": offsets,
        "fingerprint": np.concatenate(fingerprints),
        "key.hash": key_hashes[order],
        "key.order": order.astype(np.uint32),
        **hash_index("id", ids),
    }


def _vocabulary(parts: Sequence[Arrays]) -> tuple[Arrays, list[np.ndarray]]:
    """Return the common vocabulary and, for each part, the new numbers of its forms."""
    tables = []
    for part in parts:
        folds = unpack_all(part["fold.blob"], part["fold.offsets"])
        sizes = row_lengths(part["variants"]).tolist()
        norms = iter(unpack_all(part["norm.blob"], part["norm.offsets"]))
        tables.append([(fold, next(norms)) for fold, size in zip(folds, sizes, strict=True) for _ in range(size)])
    # Segments order terms as strings; for UTF-8 the order of the bytes is the same.
    together = sorted(set().union(*tables))
    rank = {entry: number for number, entry in enumerate(together)}
    groups: dict[bytes, int] = {}
    for number, (fold, _) in enumerate(together):
        groups.setdefault(fold, number)
    decode: Callable[[bytes], str] = lambda one: one.decode("utf-8", "surrogatepass")  # noqa: E731
    arrays = vocabulary_arrays([decode(norm) for _, norm in together], list(map(decode, groups)), list(groups.values()))
    return arrays, [np.array([rank[entry] for entry in table], dtype=np.int64) for table in tables]


def _stream(
    name: str, parts: Sequence[Arrays], numbers: Sequence[np.ndarray], ranks: Sequence[np.ndarray], variants: np.ndarray
) -> Arrays:
    """Merge the postings of a range of forms at a time, so that only what is packed is ever held for all of them."""
    starts = [part[f"{name}.start"] for part in parts]
    postings, every = sum(int(start[-1]) for start in starts), sum(len(part[f"{name}.positions"]) for part in parts)
    packer = StreamPacker(name, int(variants[-1]), postings, every)
    for first, last in _ranges(starts, ranks, int(variants[-1])):
        rows, positions = [], []
        before = 0
        for part, number, rank in zip(parts, numbers, ranks, strict=True):
            own = np.searchsorted(rank, (first, last))
            start, end = part[f"{name}.start"][own].tolist()
            terms = np.repeat(rank[own[0] : own[1]], row_lengths(part[f"{name}.start"][own[0] : own[1] + 1]))
            both = unpack_counts(part, name, start, end)
            counts = (both & COUNT_MASK).astype(np.int64)
            rows.append(
                _kept([terms, number[part[f"{name}.docs"][start:end]], both, before + np.cumsum(counts) - counts], 1)
            )
            positions.append(positions_at(part, name, np.arange(*part[f"{name}.position_start"][own].tolist())))
            before += len(positions[-1])
        terms, documents, both, begins = (np.concatenate(column) for column in zip(*rows, strict=True))
        order = row_order([terms, documents])
        both = both[order]
        counts = (both & COUNT_MASK).astype(np.int64)
        picked = np.repeat(begins[order] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        heads = (both >> HEAD_SHIFT).astype(np.int64)
        packer.add(terms[order], documents[order], counts, heads, np.concatenate(positions)[picked])
        _let_go(parts)
    return packer.arrays(variants)


def _kept(columns: list[np.ndarray], documents: int) -> list[np.ndarray]:
    keep = columns[documents] >= 0
    return columns if keep.all() else [column[keep] for column in columns]


def _pairs(
    parts: Sequence[Arrays], numbers: Sequence[np.ndarray], variants: np.ndarray, ranks: Sequence[np.ndarray]
) -> Arrays:
    """Merge the pairs of a range of first syllables at a time: there are as many pairs as syllables in all texts."""
    size = row_lengths(variants)
    groups = np.repeat(np.arange(len(size)), size)
    most = [sum(len(part[name]) for part in parts) for name in ("pair.second", "pair.docs")]
    packer = PairPacker(len(size), *most)
    owns = [groups[rank[part["variants"][:-1]]] for part, rank in zip(parts, ranks, strict=True)]
    for first, last in _ranges([part["pair.start"][part["pair.row"]] for part in parts], owns, len(size)):
        rows = []
        for part, number, rank, own in zip(parts, numbers, ranks, owns, strict=True):
            start, end = part["pair.row"][np.searchsorted(own, (first, last))].tolist()
            columns = _new_pairs(part, rank, groups, variants, start, end)
            each = row_lengths(part["pair.start"][start : end + 1])
            start, end = part["pair.start"][[start, end]].tolist()
            both = unpack_counts(part, "pair", start, end)
            documents = number[part["pair.docs"][start:end]]
            rows.append(_kept([*(np.repeat(c, each) for c in columns), documents, both], 4))
        *columns, documents, both = (np.concatenate(column) for column in zip(*rows, strict=True))
        order = row_order([*columns, documents])
        both = both[order]
        counts, heads = (both & COUNT_MASK).astype(np.int64), (both >> HEAD_SHIFT).astype(np.int64)
        packer.add([column[order] for column in columns], documents[order], counts, heads)
        _let_go(parts)
    return packer.arrays()


def _ranges(starts: Sequence[np.ndarray], ranks: Sequence[np.ndarray], count: int) -> list[tuple[int, int]]:
    """Return ranges (first, last + 1) of `count` new numbers that have about AT_A_TIME postings together.

    starts: for each part where the postings of its numbers begin and all end; ranks: the new numbers of these.
    """
    postings = np.zeros(count, dtype=np.int64)
    for each, rank in zip(starts, ranks, strict=True):
        postings[rank] += row_lengths(each)
    so_far = np.cumsum(postings)
    wanted = np.arange(AT_A_TIME, postings.sum(), AT_A_TIME)
    return list(pairwise(sorted({0, *(np.searchsorted(so_far, wanted) + 1).tolist(), max(count, 1)})))


def _new_pairs(
    part: Arrays, rank: np.ndarray, groups: np.ndarray, variants: np.ndarray, start: int, end: int
) -> list[np.ndarray]:
    """Return the pairs start … end-1 of a part in the new numbering, as segment_writer.pair_columns orders them."""
    old = part["variants"].astype(np.int64)
    packed = part["pair.variants"][start:end].astype(np.int64)
    shift = 8 if part["pair.variants"].dtype == np.uint16 else 16
    first_group = np.repeat(np.arange(len(old) - 1), row_lengths(np.clip(part["pair.row"], start, end)))
    first = rank[old[first_group] + (packed >> shift)]
    second = rank[old[part["pair.second"][start:end]] + (packed & ((1 << shift) - 1))]
    one, other = groups[first], groups[second]
    return [one, other, first - variants[one], second - variants[other]]


def _words(parts: Sequence[Arrays], numbers: Sequence[np.ndarray]) -> Arrays:
    tables = [unpack_all(part["word.blob"], part["word.offsets"]) for part in parts]
    together = sorted(set().union(*tables))
    rank = {word: number for number, word in enumerate(together)}
    postings = []
    for part, number, table in zip(parts, numbers, tables, strict=True):
        ranks = np.array([rank[word] for word in table], dtype=np.int64)
        terms = np.repeat(ranks, row_lengths(part["word.start"]))
        terms, documents = _kept([terms, number[part["word.docs"]]], 1)
        postings.append(terms << 16 | documents)
    every = np.concatenate(postings)
    every.sort(kind="stable")
    return word_arrays([word.decode("utf-8", "surrogatepass") for word in together], every)
