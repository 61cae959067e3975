from search.highlight.batch_tokens import tokens_of

__all__ = ["tokens_of"]
