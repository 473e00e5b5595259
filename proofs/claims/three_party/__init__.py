"""Claims about the three-party market."""
