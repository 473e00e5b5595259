"""Properties of a three-party market."""
