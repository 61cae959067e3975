"""Word segmentation on one core: ours beside pyvi (same output) and underthesea (its own model)."""

import gzip
import json
import sys
from time import perf_counter

from report import NEWS, seconds_in_turns, write

from search.text import segmentation

ARTICLES = 300


def main() -> None:
    if not NEWS.exists():
        sys.exit(f"{NEWS} is not here: this benchmark needs the news articles")
    from pyvi import ViTokenizer
    from underthesea import word_tokenize

    with gzip.open(NEWS / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    segmentation.tokenize("hội nghị")  # the model is read once; that takes 0.1 s and is not what is measured
    word_tokenize("hội nghị")
    some = texts[:ARTICLES]
    started = perf_counter()
    for text in some:
        segmentation.tokenize(text)
    unseen = perf_counter() - started
    different = sum(segmentation.tokenize(text) != ViTokenizer.tokenize(text) for text in texts)
    tokens = sum(len(segmentation.split(text)) for text in some)
    seconds = seconds_in_turns(
        {
            "hoinghi, text seen before": lambda: [segmentation.tokenize(text) for text in some],
            "pyvi 0.1.1": lambda: [ViTokenizer.tokenize(text) for text in some],
            "underthesea": lambda: [word_tokenize(text, format="text") for text in some],
        }
    )
    seconds = {"hoinghi, new text": unseen, **seconds}
    rows = [
        (name, f"{tokens / taken:,.0f}", f"{seconds['pyvi 0.1.1'] / taken:.1f} ×") for name, taken in seconds.items()
    ]
    write(
        "segment",
        "Word segmentation",
        ("segmenter", "tokens/s, one core", "times pyvi"),
        rows,
        f"{ARTICLES} news articles, {tokens:,} tokens, median of 5 rounds in turns; new text is read once, by a "
        "process that has just begun. "
        f"Output different from pyvi's on {different} of {len(texts):,} articles.",
    )


if __name__ == "__main__":
    main()
