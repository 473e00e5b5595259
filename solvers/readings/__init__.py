"""Readings of a formula: each module supplies the operations of one library."""
