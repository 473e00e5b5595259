"""Exact privacy accounting: what noise a budget allows, and what was spent."""
