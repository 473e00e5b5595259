"""The contract's own algorithms."""
