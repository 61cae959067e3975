from search.semantic.dot_products import dot_products

__all__ = ["dot_products"]
