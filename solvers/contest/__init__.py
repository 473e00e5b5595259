"""Stackelberg pricing: the contest in closed form, exactly and under caps, and the check of the server's pool."""
