"""Costs that nobody told, from what was seen of those who have them."""
