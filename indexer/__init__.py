"""Turns Articles into Documents (dates, province, meeting, …) and keeps the index in step with the archive."""
