"""What a page says, read by rules: one file for each notion, each fact with the words it rests on."""
