"""The contest's own algorithms."""
