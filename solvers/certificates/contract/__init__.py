"""Certificates of contracts."""
