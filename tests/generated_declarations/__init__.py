"""Declarations drawn from a grammar, what is true of them by exact search, and what `prove` says of them."""
