"""Certificates of profiles of finite games, exactly."""
