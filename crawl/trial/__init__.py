"""The field kit: try a site politely, propose its table for the registry, record pages and read them again."""
