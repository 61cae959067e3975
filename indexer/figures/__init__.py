"""Figures: from the numbers of a sentence to statements, one notion a module.

sentences ─► numbers, names ─► sentence_reader, counted ─► figure_maker (measures, periods, subjects) ─► statements
"""
