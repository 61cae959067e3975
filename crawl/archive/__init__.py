"""What was gathered: captures in WARC files, versions of articles in SQLite, and how well sources do."""
