"""Unicode text → syllables, words, sentences and terms. The lowest room: it knows nothing of provinces or queries."""
