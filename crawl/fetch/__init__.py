"""From a source to captures: which page next, asked politely, and what came of it."""
