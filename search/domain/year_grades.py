"""How sure the year of a page is, the surest first: printed on it, inferred, or alone fitting (year_grades.tsv)."""

from search.domain.labelled_keys import LabelledKeys

labels = LabelledKeys("year_grades.tsv").labels
