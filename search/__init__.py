"""Answers queries. Holds all that must be identical at index time and at query time. Imports nothing of ours."""
