"""Figures: from the numbers of a sentence to statements, one notion a module.

numbers, units ─► measures, periods, subjects ─► statements ─► store
"""
