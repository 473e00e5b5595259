"""Faults put into the code on purpose, to see that no wrong answer is ever called valid."""
