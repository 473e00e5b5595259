"""Repair: the nearest sound mechanism to a broken one, what was changed, and what it costs whom."""
