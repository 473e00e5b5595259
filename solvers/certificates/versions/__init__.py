"""Certificates of prices of versions."""
