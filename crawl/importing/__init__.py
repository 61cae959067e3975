"""Articles from files: text, HTML, PDF, DOCX, WARC, JSON Lines."""
