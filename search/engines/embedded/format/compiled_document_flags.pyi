from search.engines.embedded.format.document_flags import flagged

__all__ = ["flagged"]
