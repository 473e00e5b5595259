"""Families of mechanisms: what may be designed, and what is required of all of it."""
