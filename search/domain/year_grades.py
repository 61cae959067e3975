"""How sure the year of a page is: printed on it, inferred from its words, alone fitting, unknown (year_grades.tsv)."""

from search.domain.labelled_keys import LabelledKeys

UNKNOWN = "unknown"  # a value of the facet, and of documents without a year
FIRST_YEAR, LAST_YEAR = 1997, 2099  # in which a day without a year can lie: what is older is not on the web

labels = LabelledKeys("year_grades.tsv").labels  # the surest first
