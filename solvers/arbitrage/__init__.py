"""Arbitrage between versions: the cheapest bundle, and what safety costs."""
