"""How a segment lies on disk: written, read, merged."""
