"""The search for the best mechanism of a family."""
