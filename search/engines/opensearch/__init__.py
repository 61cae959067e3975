"""The distributed engine: the same index, queries and scores on an OpenSearch cluster."""
