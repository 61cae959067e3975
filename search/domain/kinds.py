"""The kinds of meetings: keys, labels, and the names they are asked for by (kinds.tsv)."""

from search.domain.labelled_keys import LabelledKeys

_KINDS = LabelledKeys("kinds.tsv")
labels, by_name = _KINDS.labels, _KINDS.by_name
