"""What became of a page at its source after it was archived: it was changed, or it is there no more (fates.tsv)."""

from search.domain.labelled_keys import LabelledKeys

_FATES = LabelledKeys("fates.tsv", names=("key", "label"))
labels, by_name = _FATES.labels, _FATES.by_name
