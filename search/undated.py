"""Pages of unknown year, which a limit on time leaves out: looked for beside the results, counted nowhere."""

from dataclasses import replace

from search.domain.year_grades import UNKNOWN
from search.query.nodes import And, Filters, Node, Query, Where


def of_unknown_year(query: Query) -> Query | None:
    """Return the query for the pages whose year is unknown and that may lie within its limits on time.

    None where it has no such limit, or limits how the year is known. A limit that is an alternative or negated
    (năm:2023 OR lợn, -năm:2022) stays as it is. Only full matches are asked for.
    """
    limits = [query.filters, *(one.filters for one in _limits(query.root))]
    if any(one.year_grades for one in limits) or not any(map(_is_of_time, limits)):
        return None
    return replace(query, root=_of_unknown(query.root), filters=_widened(query.filters), partial=False)


def _limits(node: Node | None) -> list[Where]:
    """Return the limits among the things that must all hold: those typed beside a chosen value of the same facet."""
    return [one for one in node.children if isinstance(one, Where)] if isinstance(node, And) else []


def _of_unknown(node: Node | None) -> Node | None:
    if not isinstance(node, And):
        return node
    return And(tuple(Where(_widened(one.filters)) if isinstance(one, Where) else one for one in node.children))


def _is_of_time(filters: Filters) -> bool:
    return bool(filters.years or filters.date_from or filters.date_to)


def _widened(filters: Filters) -> Filters:
    return replace(filters, year_grades=(UNKNOWN,)) if _is_of_time(filters) else filters
