"""The procurement's own algorithms."""
