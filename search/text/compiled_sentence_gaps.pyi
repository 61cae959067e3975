from search.text.sentence_gaps import gaps

__all__ = ["gaps"]
