"""How a query is scored over the arrays of a segment."""
