"""Menus of versions: fitting prices, earning most from a survey, the arbitrage oracle, and their certificates."""
