"""Kinds of Whoosh queries that Whoosh itself has not; stock matchers and the array evaluator both know them."""

from collections import Counter
from typing import Any

from whoosh import matching, query
from whoosh.query import qcolumns


class AtLeast(query.compound.CompoundQuery):
    """Matches documents that match at least `minimum` of the subqueries (in Whoosh's Or "not yet implemented")."""

    JOINT = " OR "

    def __init__(self, subqueries: list[query.Query], minimum: int) -> None:
        super().__init__(subqueries)
        self.minimum = minimum

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.minimum == getattr(other, "minimum", None)

    def __hash__(self) -> int:
        return super().__hash__() ^ self.minimum

    def normalize(self) -> query.Query:
        return self

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        counts: Counter[int] = Counter()
        for subquery in self.subqueries:
            counts.update(set(subquery.matcher(searcher, searcher.boolean_context()).all_ids()))
        ids = sorted(number for number, count in counts.items() if count >= self.minimum)
        return matching.ListMatcher(ids, [1.0] * len(ids)) if ids else matching.NullMatcher()


class Between(qcolumns.ColumnQuery):
    """Matches documents whose day in a column (YYYYMMDD) lies between first and last, both inclusive."""

    def __init__(self, fieldname: str, first: int, last: int) -> None:
        super().__init__(fieldname, lambda day: first <= day <= last)
        self.first, self.last = first, last

    def __repr__(self) -> str:
        return f"Between({self.fieldname!r}, {self.first}, {self.last})"
