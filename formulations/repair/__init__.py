"""Repair: the nearest decisions that keep what others break, as programs."""
