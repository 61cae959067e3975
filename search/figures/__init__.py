"""The store of figures as it is read: figures.db in the data directory, which the indexer keeps in step."""
