"""The parts that pages are drawn from: facets, hits, charts, labels, words in two languages."""
