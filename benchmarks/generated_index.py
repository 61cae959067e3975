"""An index of generated articles (corpus.py) in a fraction of the time: each sentence is analysed once.

An article is made of sentences, so its terms are those of its sentences, one after the other, and the arrays of a whole
segment are joined out of theirs. What is not as if the articles had been indexed: words are segmented sentence by
sentence, so that some at the borders differ (queries do not ask for them), and no segments are merged.
"""

import os
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks import corpus
from search.engines.embedded.format import array_file, commit_file, docstore, segment_writer
from search.engines.embedded.format.segment_format import MAX_DOCUMENTS, STREAMS
from search.engines.embedded.format.sentence_borders import border_arrays
from search.text import analysis, normalization, segmentation

FEW = 2_000  # articles whose sentences alone are analysed, and not all there are
BYTES_OF_A_PROCESS = 8 << 30  # while it makes a segment of 65,536 articles

Block = tuple[int, int]  # which one (its articles are drawn with a seed of their own), and how many of its articles


class Analysed:
    """Texts as numbers, one after the other: their terms, whole numbers and dates with positions; and their words."""

    def __init__(self, texts: Sequence[str], vocabulary: dict[str, int]) -> None:
        norms, wholes, places, lengths, whole_counts = array("I"), array("I"), array("I"), array("I"), array("I")
        self.words: list[list[str]] = []
        for one in texts:
            found, found_wholes = normalization.terms(one)
            norms.extend(vocabulary.setdefault(norm, len(vocabulary)) for norm in found)
            wholes.extend(vocabulary.setdefault(whole, len(vocabulary)) for whole, _ in found_wholes)
            places.extend(place for _, place in found_wholes)
            lengths.append(len(found))
            whole_counts.append(len(found_wholes))
            self.words.append([analysis._norm_of_word(word) for word in segmentation.words(one)])
        self.norms, self.wholes, self.places = (np.array(each, dtype=np.int64) for each in (norms, wholes, places))
        self.lengths, self.whole_counts = (np.array(each, dtype=np.int64) for each in (lengths, whole_counts))


class Material:
    """Sentences and the titles made of them, analysed; and the terms that their numbers stand for."""

    def __init__(self, sentences: Sequence[str]) -> None:
        vocabulary: dict[str, int] = {}
        self.bodies = Analysed(sentences, vocabulary)
        self.titles = Analysed(list(map(corpus.title_of, sentences)), vocabulary)
        self.terms = list(vocabulary)


@cache
def _everything() -> Material:
    return Material(corpus.sentences())


def _laid_out(analysed: Analysed, chosen: np.ndarray, starts: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return (term, place among chosen, position) of the terms of chosen texts, and of their wholes.

    starts: the position at which each of them begins.
    """

    def columns(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        wanted = counts[chosen]
        ends = np.cumsum(wanted)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - wanted, wanted)
        taken = np.repeat((np.cumsum(counts) - counts)[chosen], wanted) + within
        return values[taken], np.repeat(np.arange(len(chosen)), wanted), within

    norms, owners, positions = columns(analysed.norms, analysed.lengths)
    wholes, whole_owners, _ = columns(analysed.wholes, analysed.whole_counts)
    places, _, _ = columns(analysed.places, analysed.whole_counts)
    return [norms, owners, positions + starts[owners]], [wholes, whole_owners, places + starts[whole_owners]]


def built(drawn: list[corpus.Drawn]) -> dict[str, np.ndarray]:
    """Return the arrays of a segment of articles, as segment_build.build does."""
    title = np.array([each.title for each in drawn])
    body = np.fromiter(chain.from_iterable(each.body for each in drawn), dtype=np.int64)
    if len(drawn) <= FEW:
        used, both = np.unique(np.concatenate((title, body)), return_inverse=True)
        title, body = both[: len(title)], both[len(title) :]
        sentences = corpus.sentences()
        material = Material([sentences[place] for place in used.tolist()])
    else:
        material = _everything()
    bodies, titles, terms = material.bodies, material.titles, material.terms
    owner = np.repeat(np.arange(len(drawn)), [len(each.body) for each in drawn])
    title_length, lengths = titles.lengths[title], bodies.lengths[body]
    body_length = np.bincount(owner, lengths, len(drawn)).astype(np.int64)
    before = np.cumsum(lengths) - lengths  # syllables of all bodies up to a sentence, then of its own body
    starts = before - (np.cumsum(body_length) - body_length)[owner] + title_length[owner] + analysis.TITLE_GAP
    title_terms, title_wholes = _laid_out(titles, title, np.zeros(len(drawn), dtype=np.int64))
    body_terms, body_wholes = _laid_out(bodies, body, starts)
    for of_sentences in (body_terms, body_wholes):
        of_sentences[1] = owner[of_sentences[1]]
    # Title and body of an article stand apart by an empty position: pairs are read from positions.
    together = list(map(np.concatenate, zip(title_terms, body_terms, title_wholes, body_wholes, strict=True)))
    wholes = np.bincount(np.concatenate((title_wholes[1], body_wholes[1])), minlength=len(drawn))
    used = np.unique(together[0])
    filed, ranks = segment_writer._vocabulary({terms[number]: place for place, number in enumerate(used.tolist())})
    rank_of = np.zeros(len(terms), dtype=np.int64)
    rank_of[used] = ranks
    together[0] = rank_of[together[0]]
    documents = [each.document for each in drawn]
    found = {
        name: values.astype(np.uint32)
        for name, values in (("title_length", title_length), ("body_length", body_length), ("wholes", wholes))
    }
    found |= segment_writer._facts(documents)
    found |= docstore.arrays([docstore.keep(documents)])
    found |= filed
    nothing = [np.zeros(0, dtype=np.int64)] * 3
    for name in STREAMS:
        found |= segment_writer._stream(name, together if name == "text" else nothing, found)
    found |= border_arrays(found)
    found |= segment_writer._pairs(together, found, np.zeros(0, dtype=np.int64))  # no sentences are told
    ends = np.cumsum([len(each.body) for each in drawn])[:-1]
    said = [
        titles.words[first] + [word for one in others.tolist() for word in bodies.words[one]]
        for first, others in zip(title.tolist(), np.split(body, ends), strict=True)
    ]
    return found | segment_writer._words(said)


def _blocks(count: int) -> list[Block]:
    return [(first // MAX_DOCUMENTS, min(count - first, MAX_DOCUMENTS)) for first in range(0, count, MAX_DOCUMENTS)]


def articles(count: int) -> Iterator[corpus.Drawn]:
    """Yield the articles of an index of that size, in its order."""
    for block in _blocks(count):
        yield from _drawn(block)


def _free_bytes() -> int:
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _drawn(block: Block) -> Iterator[corpus.Drawn]:
    number, count = block
    return corpus.drawn(count, seed=1 + number, first=number * MAX_DOCUMENTS)


def _write(block: Block, path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    array_file.save(unfinished, built(list(_drawn(block))).items())
    unfinished.rename(path)


def write(folder: Path, count: int, kept: Path) -> None:
    """Make an index of generated articles in folder, in as many processes as there are processors.

    kept: where segments are put as they are made. What is there is not made again: indexes of several sizes share
    segments, and a run that was stopped goes on.
    """
    kept.mkdir(parents=True, exist_ok=True)
    files = {block: kept / "{}-{}.arrays".format(*block) for block in _blocks(count)}
    missing = [block for block, path in files.items() if not path.exists()]
    if missing:
        if count > FEW:
            _everything()  # once: the processes begin as copies of this one
        processes = max(1, min(len(os.sched_getaffinity(0)), len(missing), _free_bytes() // BYTES_OF_A_PROCESS))
        with ProcessPoolExecutor(processes, get_context("fork")) as pool:
            list(pool.map(_write, missing, [files[block] for block in missing]))
    folder.mkdir(parents=True, exist_ok=True)
    segments = []
    for number, (block, path) in enumerate(files.items()):
        os.link(path, commit_file.segment_path(folder, f"{number:016x}"))
        segments.append(
            commit_file.CommittedSegment(f"{number:016x}", block[1], array_file.load(path, check=False).checksum)
        )
    commit_file.write(folder, commit_file.Commit(1, tuple(segments)))
