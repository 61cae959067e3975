"""The registry of sources: which sites are crawled, how each is built, what can be wrong with it."""
