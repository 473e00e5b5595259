"""Curves of a solved mechanism, as figures and as data."""
