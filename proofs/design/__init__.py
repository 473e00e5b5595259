"""Families of mechanisms whose properties are proved before one is chosen."""
