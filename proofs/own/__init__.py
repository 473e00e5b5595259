"""Claims about a mechanism of one's own, made from its declaration."""
