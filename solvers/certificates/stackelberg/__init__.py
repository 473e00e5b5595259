"""Certificates of reward pools."""
