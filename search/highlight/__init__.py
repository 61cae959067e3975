"""Where a text answers a query: the spans to mark, and the passages to show."""
