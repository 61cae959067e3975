"""Where a text answers a query: the places to mark, and the passages to show."""
