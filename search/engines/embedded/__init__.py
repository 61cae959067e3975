"""The embedded engine: a Whoosh index in a directory, its segments kept and scored as arrays."""
