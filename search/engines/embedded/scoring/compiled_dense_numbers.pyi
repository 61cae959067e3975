from search.engines.embedded.scoring.dense_numbers import by_document, looked_up

__all__ = ["by_document", "looked_up"]
