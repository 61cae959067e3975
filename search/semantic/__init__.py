"""Found by meaning: encoders, passages, their vectors on disk, and lists reordered by them. Optional in every part."""
