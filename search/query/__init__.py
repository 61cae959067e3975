"""What was typed → the query that an engine is asked: read, mended, completed, and said back in words."""
