"""From a capture to an Article: the strings of a page as printed, without the furniture around them."""
