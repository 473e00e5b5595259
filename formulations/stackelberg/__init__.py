"""Stackelberg privacy pricing: a contest of clients for a server's reward pool."""
