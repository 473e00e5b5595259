"""The three-party market's own algorithms."""
