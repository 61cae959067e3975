"""Gathers pages: Source → URL → Capture (bytes as fetched) → Article (strings as printed). Imports nothing of ours."""
