"""Certificates of three-party markets."""
